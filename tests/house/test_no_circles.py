"""No file imports itself by way of others: what stands above what can be seen, and a contract of import-linter can hold it."""

from tests.graph import circle, files


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(files()) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) in (
        ["a", "b", "c", "a"],
        ["b", "c", "a", "b"],
        ["c", "a", "b", "c"],
        *(["a", "c", "b", "a"], ["c", "b", "a", "c"], ["b", "a", "c", "b"]),
    )
    assert circle({"a": {"b"}, "b": set()}) == []

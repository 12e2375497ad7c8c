"""Links by file: immutable ids alone, each mistake told with its line, and all of it or nothing."""

from pathlib import Path

import pytest

from tests.kit.commands import Run, Whole

HEAD = "chat,account,subject\n"


class Somebody:
    """A directory of one."""

    async def person(self, subject: str) -> object | None:
        return subject if subject == "contoso:1" else None


@pytest.fixture
def whole(whole: Whole) -> Whole:
    whole.directories["contoso"] = Somebody()
    return whole


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account,subject\n", "first line"),
        ("chat;account;subject\n", "first line"),
        ("", "first line"),
        (HEAD + "slack,ana@contoso.example,corp:1\n", "line 2: needs immutable ids"),
        (HEAD + "slack,T1/U1\n", "line 2: needs immutable ids"),
        (HEAD + "slack,T1/U1,ana\n", "line 2: needs immutable ids"),
        (HEAD + "slack,T1/U1,corp:1,more\n", "line 2: needs immutable ids"),
        (HEAD + "slack,T1/U1,nowhere:1\n", "line 2: there is no directory nowhere"),
        (HEAD + "slack,T024BE7LD/U1,contoso:nobody\n", "line 2: there is no account contoso:nobody"),
        (HEAD + "slak,T1/U1,contoso:1\n", "line 2: there is no chat slak; there is slack, teams"),
        (HEAD + "slack,contoso/ana,contoso:1\n", "line 2: needs immutable ids"),
        (HEAD + "slack,T1/ana,contoso:1\n", "line 2: needs immutable ids"),
        (HEAD + "teams,T1/U1,contoso:1\n", "line 2: needs immutable ids"),
        (HEAD + "slack,T1/U1,contoso:1\nslack,T1/U2,contoso:1\nslack,T1/U1,contoso:2\n", "line 4: T1/U1 stands in line 2"),
        (HEAD + "\n\nslack,T1/U1\n", "line 4: needs immutable ids"),
    ],
    ids=range(15),
)
def test_what_is_wrong_is_told_with_its_line(whole: Whole, run: Run, text: str, said: str) -> None:
    Path("links.csv").write_text(text, encoding="utf-8")
    code, _, err = run("links", "import", "links.csv")
    assert (code, said in err) == (2, True), err
    assert whole.linked == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_as_spreadsheets_write_it(whole: Whole, run: Run, end: str, mark: bytes) -> None:
    lines = ["chat,account,subject", '"slack","T024BE7LD/U012A3CDE",contoso:1', "", "slack, E0GRID/W1 ,contoso:1", ""]
    Path("links.csv").write_bytes(mark + end.join(lines).encode())
    code, out, err = run("links", "import", "links.csv")
    assert (code, out.strip(), err) == (0, "2 chat accounts are linked.", "")
    assert whole.linked == [("slack", "T024BE7LD/U012A3CDE", "contoso:1"), ("slack", "E0GRID/W1", "contoso:1")]


@pytest.mark.parametrize("raw", [HEAD.encode("utf-16"), b"\xff\xfe", b"chat,account,subject\n\xff,,\n"], ids=range(3))
def test_what_is_no_utf_8_is_told(run: Run, raw: bytes) -> None:
    Path("links.csv").write_bytes(raw)
    code, _, err = run("links", "import", "links.csv")
    assert (code, "UTF-8" in err) == (2, True)

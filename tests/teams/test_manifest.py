"""The package for Teams: its manifest by Microsoft's schema, its icons by Microsoft's sizes, and nothing asked for that isn't used."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from adapters.teams.icons import colour, outline
from adapters.teams.manifest import VERSION, manifest, package
from tests.kit.microsoft import APP

SCHEMAS = Path(__file__).parent / "peer/node_modules/@microsoft/app-manifest/build/json-schemas/teams"
URL = "https://unlatch.example.com"


def pixels(png: bytes) -> tuple[int, int, int, list[bytes]]:
    """Width, height, bytes a pixel, rows; every chunk's sum is right."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + data),)
        chunks[name], at = data, at + 12 + length
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, b"IEND" in chunks) == (8, True)
    each = {2: 3, 6: 4}[kind]
    raw, line = zlib.decompress(chunks[b"IDAT"]), 1 + width * each
    return width, height, each, [raw[n * line + 1 : (n + 1) * line] for n in range(height)]


def test_the_colour_icon_is_192_by_192_and_solid() -> None:
    width, height, each, rows = pixels(colour())
    assert (width, height, each) == (192, 192, 3)
    assert rows[0][:3] == b"\x1f\x3a\x5f"
    assert b"\xff\xff\xff" in b"".join(rows)


def test_the_outline_icon_is_32_by_32_and_white_on_nothing() -> None:
    width, height, each, rows = pixels(outline())
    assert (width, height, each) == (32, 32, 4)
    colours = {row[n : n + 3] for row in rows for n in range(0, len(row), 4)}
    alphas = {row[n + 3] for row in rows for n in range(0, len(row), 4)}
    assert colours == {b"\xff\xff\xff"}
    assert {0, 255} <= alphas


def test_the_package_holds_three_files_at_its_root_and_is_the_same_each_time() -> None:
    made = package(URL, APP)
    assert made == package(URL, APP)
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(packed.read("manifest.json")) == manifest(URL, APP)


def test_the_example_is_what_the_command_makes() -> None:
    example = Path(__file__).parents[2] / "manifest" / "teams" / "manifest.json"
    assert json.loads(example.read_text(encoding="utf-8")) == manifest(URL, "11111111-2222-3333-4444-555555555555")


def test_nothing_is_asked_for_that_isnt_used() -> None:
    made = manifest(URL, APP)
    assert not {"permissions", "authorization", "composeExtensions", "staticTabs"} & set(made)
    assert made["webApplicationInfo"] == {"id": APP, "resource": URL}
    assert made["validDomains"] == ["unlatch.example.com"]


@pytest.mark.parametrize(
    ("url", "app", "name"),
    [(URL, "x", "Help"), (URL, APP, ""), (URL, APP, "x" * 31), ("http://unlatch.example.com", APP, "Help")],
)
def test_what_teams_would_refuse_is_refused_here(url: str, app: str, name: str) -> None:
    with pytest.raises(ValueError, match=r"[.]$"):
        manifest(url, app, name)


@pytest.mark.service
def test_it_is_as_microsofts_schema_wants_it() -> None:
    schema = SCHEMAS / f"v{VERSION}" / "MicrosoftTeams.schema.json"
    if not schema.exists():
        pytest.skip("the npm package @microsoft/app-manifest isn't here")
    validator = Draft4Validator(json.loads(schema.read_text(encoding="utf-8-sig")))
    assert [error.message for error in validator.iter_errors(manifest(URL, APP))] == []
    assert list(validator.iter_errors(manifest(URL, APP) | {"bots": [{"botId": "x"}]}))

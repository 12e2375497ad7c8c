"""Every door that the town has, knocked at with everything: no answer is a fault, and none lacks its headers."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from yarl import URL

from adapters.web.security_headers import HEADERS
from tests.kit.town import Town

FAULT, POLICY = 500, "Content-Security-Policy"
ODD = st.sampled_from(
    ["", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "..", "~", "%", "á", "𝟙", "x" * 3000, "-1", "1e9"]
)
WORDS = ODD | st.text(max_size=20)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
SHAPES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=8)
NAMES = st.sampled_from(
    ["token", "option", "said", "wish", "open", "not_me", "as", "text", "payload", "command", "type", "MessageStatus"]
)
KINDS = [
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=b",
    "text/plain; charset=utf-7",
    "",
    ";;=",
    "a/b/c",
]
HEADERS_SENT = st.dictionaries(
    st.sampled_from(["Cookie", "Accept", "Accept-Language", "User-Agent", "Range", "If-None-Match", "Expect", "Authorization", "Origin",
                     "X-Forwarded-For", "X-Slack-Signature", "X-Slack-Request-Timestamp", "X-Twilio-Signature", "Upgrade", "Content-Encoding"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=30),
    max_size=4,
)  # fmt: skip


def doors(town: Town) -> list[tuple[str, str]]:
    """All routes: method and pattern."""
    app: Any = town.web.server.app  # type: ignore[attr-defined]  # of the test's server
    return sorted({(route.method, route.resource.canonical) for route in app.router.routes() if route.resource})


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A form with fields that are asked for somewhere, JSON of any shape, or bytes."""
    match draw(st.sampled_from(["form", "json", "bytes"])):
        case "form":
            return urlencode(draw(st.lists(st.tuples(NAMES, WORDS), max_size=5)), errors="surrogatepass").encode()
        case "json":
            return json.dumps(draw(SHAPES)).encode()
        case _:
            return draw(st.binary(max_size=200))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@pytest.mark.long
async def test_nothing_that_is_sent_to_any_door_is_a_fault(town: Town, data: st.DataObject) -> None:
    method, pattern = data.draw(st.sampled_from(doors(town)))
    path = "".join(
        quote(data.draw(WORDS), safe="", errors="surrogatepass") or "x" if part.startswith("{") else part
        for part in pattern.replace("{", "\0{").replace("}", "}\0").split("\0")
    )
    asked = urlencode(data.draw(st.dictionaries(st.sampled_from(["turn", "busy", "as", "account", "of", "code", "state"]), WORDS, max_size=2)),
                      errors="surrogatepass")  # fmt: skip
    headers = {"Host": "localhost:8400", "Content-Type": data.draw(st.sampled_from(KINDS)), **data.draw(HEADERS_SENT)}
    with capture_logs() as logged:
        url = URL(f"{town.web.make_url('/')}".rstrip("/") + f"{path}?{asked}", encoded=True)
        try:
            async with town.web.session.request(
                method, url, data=data.draw(bodies()), headers=headers, allow_redirects=False
            ) as answer:
                status, shown = answer.status, answer.headers
        except (aiohttp.ClientError, ValueError):
            return  # what this client can't send, or was cut off in the midst of
    assert status < FAULT, (method, url, status)
    assert "error" not in {line["log_level"] for line in logged}, logged
    its_own = {POLICY} if path == "/approve" else set[str]()  # a page with a worker of its own
    wanted = {name: value for name, value in HEADERS.items() if name not in its_own}
    assert status == 400 or shown.items() >= wanted.items()  # the test's server isn't ours, and answers some 400s by itself
    assert status == 400 or shown[POLICY].startswith("default-src 'none'; script-src 'self';")

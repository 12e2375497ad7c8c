"""A view becomes a card, and a card a page: each kind of prompt, of field and of content."""

import pytest

from adapters.web.assets import Assets
from adapters.web.content import ContentBox, shown
from adapters.web.pages import Pages, moment
from adapters.web.render import Box, Button, card
from bot.conversation.interfaces import Notice
from bot.model.prompt import Chart, Lines, Qr, Table
from bot.platform.sentences import args
from tests.web.canned import AT, IDS, PROMPTS, WINDOW, view

PAGES = Pages(IDS, "Contoso & Sons", Assets(), demo=False)


def html(name: str, *, sealed: bool = True, suggested: str = "") -> str:
    seen = view(PROMPTS[name], sealed=sealed)
    context = {"card": card(seen, IDS), "view": seen, "window": WINDOW, "suggested": suggested, "rules": [], "exhibit": None}
    return " ".join(PAGES.text("card.html", "en", context).split())


def test_a_choice_is_a_button_for_each_option_in_the_order_of_the_engine() -> None:
    shown_ = card(view(PROMPTS["choose"]), IDS)
    assert shown_.options == (Button("m1", "method.totp.name"), Button("m2", "method.email.name.known[hint=a***@home.example]"))
    assert shown_.box is None


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("code", Box("web.field.code[digits=6]", "code", "one-time-code", 300)),
        ("name", Box("web.field.name", "text", "username", 200)),
        ("current", Box("web.field.current_password", "password", "current-password", 1024)),
        ("new", Box("web.field.new_password", "password", "new-password", 1024)),
    ],
)
def test_each_field_tells_the_browser_what_goes_in(name: str, box: Box) -> None:
    assert card(view(PROMPTS[name]), IDS).box == box


def test_a_secret_has_no_field_and_no_options_outside_the_sealed_page_but_a_way_there() -> None:
    watched = card(view(PROMPTS["code"], sealed=False), IDS)
    assert (watched.box, watched.options, watched.link) == (None, (), "/l/win-1~abc")


def test_a_number_to_be_matched_stands_large() -> None:
    assert '<p class="number">42</p>' in html("number")


def test_the_last_word_has_its_advice_and_nothing_to_press() -> None:
    said = html("done")
    assert '<ul class="lines"><li>web.close_tab</li></ul>' in said
    assert "<form" not in said
    assert "data-closed" in said


def test_a_remark_is_said_with_its_arguments() -> None:
    assert card(view(PROMPTS["code"], notice=Notice("engine.digits", args(digits=6))), IDS).notice == "engine.digits[digits=6]"


def test_a_code_field_looks_like_this() -> None:
    assert (
        '<form method="post" action="/p/win-1" class="typed"> <input type="hidden" name="token" value="win-1.1~mac"> '
        '<label for="said">web.field.code[digits=6]</label> <div class="field code"> '
        '<input id="said" name="said" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="300" '
        'spellcheck="false" required autofocus> </div> <button class="button">web.continue</button> </form>'
    ) in html("code")


def test_a_new_password_is_one_field_with_rules_and_a_suggestion_that_is_shown_when_asked_for() -> None:
    plain, suggested = html("new"), html("new", suggested='Quiet"Harbor')
    assert 'type="password" autocomplete="new-password"' in plain
    assert 'aria-describedby="rules" data-check="/p/win-1/check"' in plain
    assert 'action="/p/win-1/suggest"' in plain
    assert 'type="text" autocomplete="new-password" maxlength="1024" value="Quiet&#34;Harbor"' in suggested
    assert "onpaste" not in plain


def test_what_data_says_is_escaped() -> None:
    text = PAGES.text("error.html", "en", {"kind": 404, "reference": "<script>"})
    assert "&lt;script&gt;" in text
    assert "Contoso &amp; Sons" in text


def test_content_of_each_kind() -> None:
    assert shown(None, IDS, "en") is None
    assert shown(Lines((("a", args(n=1)),)), IDS, "en") == ContentBox("lines", lines=("a[n=1]",))
    assert shown(Table(("name",), (("<Ana>",),)), IDS, "en") == ContentBox("table", head=("name",), rows=(("<Ana>",),))
    assert shown(Chart((("ready", 61.6), ("odd", 140.0))), IDS, "en") == ContentBox("chart", bars=(("ready", 62), ("odd", 100)))
    assert shown(Qr("https://contoso.example"), IDS, "en") == ContentBox("payload", payload="https://contoso.example")


def test_a_time_reads_without_a_script_and_is_exact_with_one() -> None:
    assert moment(AT) == '<time datetime="2026-11-25T07:00:00Z">2026-11-25 07:00 UTC</time>'

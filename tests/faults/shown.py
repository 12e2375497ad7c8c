"""What a page, a message in Slack or a card in Teams shows: which question it is, and what can be pressed, as a person would read it."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.engine.preamble import MARKS
from bot.language.translations import Words
from tests.kit.cards import executes, parts

IDS = (
    "find.self",
    "page.open",
    "verify.how",
    "method.email.in_full",
    "method.email.ask",
    "method.totp.ask",
    "undelivered.late",
    "reset.locked",
    "reset.new",
    "reset.unconfirmed",
    "reset.moved",
    "reset.done",
    "unlock.now",
    "unlock.done",
    "unlock.not_locked",
    "unlock.unconfirmed",
    "unlock.nothing_done",
    "opening.leave",
    "opening.did_you_mean",
    "engine.cancel",
    "engine.expired",
    "accounts.no_right",
    "accounts.too_often",
    "accounts.directory_silent",
    "verify.closed_for_a_day",
    "verify.no_method_left",
    "verify.over",
    "verify.too_many_tries",
)
MARK = "".join(MARKS.values()).replace(" ", "")


@dataclass(frozen=True)
class Shown:
    """`words`: the prompt's id, or its title where it is none that is known; empty: nothing is shown (yet)."""

    words: str = ""
    token: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)  # label: what is sent when it is pressed
    link: str = ""
    typed: bool = False
    busy: bool = False
    closed: bool = False
    remark: str = ""


@cache
def titles() -> Mapping[str, str]:
    words = Words("Contoso", lambda: "", ("en",))
    return {words.prompt(id).title: id for id in reversed(IDS)}


def known(title: str) -> str:
    """Without its mark, and what was escaped in it."""
    bare = title.replace("\\", "").lstrip(MARK).strip()
    return titles().get(bare, bare)


def page(text: str) -> Shown:
    """The sealed page, or a landing, or an error's page."""
    title = re.search(r"<h1[^>]*>.*?(?:<span>([^<]*)</span>\s*</h1>|</h1>)", text, re.DOTALL)
    plain = re.search(r"<h1[^>]*>([^<]+)</h1>", text)
    token = re.search(r'name="token" value="([^"]+)"', text)
    remark = re.search(r'<p class="notice" role="alert">([^<]*)</p>', text)
    found = title[1] if title and title[1] else plain[1] if plain else ""
    options = re.findall(r'<button[^>]* name="option" value="([^"]*)"[^>]*>([^<]*)', text)
    return Shown(
        known(html.unescape(found)),
        token[1] if token else "",
        {html.unescape(label).strip(): value for value, label in options},
        typed='name="said"' in text,
        busy="data-busy" in text,
        closed="data-closed" in text,
        remark=html.unescape(remark[1]) if remark else "",
    )


def slack(message: Mapping[str, Any]) -> Shown | None:
    """None: it is a remark."""
    heads = [block["text"]["text"] for block in message["blocks"] if block["type"] == "header"]
    if not heads:
        return None
    options, link = dict[str, Any](), ""
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if "url" in element:
                link = element["url"]
            elif element["type"] == "button":
                action = {"action_id": element["action_id"], "value": element["value"], "type": "button"}
                options[element["text"]["text"]] = (block["block_id"], action)
    closed = not any(block["type"] == "actions" for block in message["blocks"])
    return Shown(known(heads[0]), options=options, link=link, closed=closed)


def teams(message: Mapping[str, Any]) -> Shown | None:
    """None: it is a remark."""
    heads = [part["text"] for part in parts(message["card"]) if part["type"] == "TextBlock"]
    if not heads:
        return None
    urls = [part["url"] for part in parts(message["card"]) if part["type"] == "Action.OpenUrl"]
    presses = executes(message["card"])
    closed = not any(part["type"] == "ActionSet" for part in parts(message["card"]))
    return Shown(known(heads[0]), options={a["title"]: a for a in presses}, link=urls[0] if urls else "", closed=closed)

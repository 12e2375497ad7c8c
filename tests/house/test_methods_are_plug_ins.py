"""A method is named in its own file, and nowhere else: whatever speaks of methods asks the registry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.identity.methods.registry import ALL, METHODS
from tests.house.tree import CODE, modules, parsed, said, text

# Each for a reason.
OWN = (
    "bot/identity/methods/",
    "adapters/messengers/",  # what carries texts and mails speaks of these
    "adapters/sign_in/",  # the provider of company sign-in
    "adapters/web/signing_in.py",  # the way there and back
    "bot/policy/policy.py",  # which ones a policy lists that says nothing of them
    "bot/demo/seed.py",  # who has which in the demo company
    "bot/notify/sms_budget.py",  # what text messages cost, whatever is in them
)
WORDS = {
    "password",
    "email",
    "recovery",
    "sign_in",
    "call",
    "approval",
}  # are said of other things too; by these alone no method is known
FILES = {type(method).__module__.rpartition(".")[2] for method in ALL}
CLASSES = {type(method).__name__ for method in ALL}
# Wired beside others, and named for what it carries; it isn't the method.
WIRED = re.compile("sms_webhook|SmsWebhook|sms_budget|SmsBudget")
WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*")


def test_no_method_is_named_outside_of_its_own_files() -> None:
    named = {
        f"{path}: {value}"
        for path in modules(*CODE)
        if not str(path).startswith(OWN)
        for value in (str(path.with_suffix("")), *said(without_former_names(path)))
        if names_method(value)
    }
    assert not named


def test_no_method_is_picked_by_its_name_outside_of_its_own_files() -> None:
    paths = [path for path in modules(*CODE) if not str(path).startswith(OWN)]
    assert [f"{path}: {name}" for path in paths for name in picked(parsed(path))] == []


def test_what_picks_a_method_is_found() -> None:
    source = 'one = Kind("password")\nif kind == "email" or other.kind in ("sms", "recovery"):\n    password("email")\n'
    assert list(picked(ast.parse(source))) == ["password", "email", "sms", "recovery"]


@pytest.mark.parametrize(
    "value",
    [
        "totp",
        "method.sms.ask",
        "SmsCode",
        "totp_step",
        "TextMessage",
        "bot.identity.methods.totp",
        "KINDS.SIGN_IN",
        "method.password.",
    ],
)
def test_a_name_is_found(value: str) -> None:
    assert names_method(value)


@pytest.mark.parametrize(
    "value", ["password", "new_password", "method.", "a mail to you", "bot.identity.methods.registry", "asmst"]
)
def test_an_ordinary_word_is_none(value: str) -> None:
    assert not names_method(value)


def names_method(value: str) -> bool:
    """In an identifier, a string, an id of a sentence, or the path of a module."""
    value = WIRED.sub("", value)
    parts = {part.casefold() for part in WORD.findall(value)}
    return bool(
        parts & (METHODS.keys() - WORDS)
        or CLASSES & set(re.findall(r"\w+", value))
        or set(re.findall(r"\bmethod\.(\w+)\.", value)) & METHODS.keys()
        or set(re.findall(r"\bmethods\.(\w+)", value)) & FILES
        or set(re.findall(r"\bKINDS?\.(\w+)", value)) & {kind.upper() for kind in METHODS}
    )


def picked(module: ast.Module) -> Iterator[str]:
    """What is made a kind, or compared with one."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id="Kind"), args=[ast.Constant(value=str(value))]):
                yield value
            case ast.Compare(left=ast.Name(id="kind") | ast.Attribute(attr="kind"), comparators=[with_what]):
                yield from (str(c.value) for c in ast.walk(with_what) if isinstance(c, ast.Constant) and c.value in METHODS)


def without_former_names(path: Path) -> ast.Module:
    """How steps were called one lifetime ago can't be changed any more."""
    if "formerly=" not in text(path):
        return parsed(path)

    class Taken(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            return ast.Constant(None) if any(k.arg == "formerly" for k in node.keywords) else self.generic_visit(node)

    return Taken().visit(ast.parse(text(path)))  # type: ignore[no-any-return]  # ast is without types here

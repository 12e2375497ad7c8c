"""The shape of what Slack sends, as far as anybody here looks into it: a signed request of another shape is refused and not fallen over."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from adapters.http.refusals import RequestRefused

ID = re.compile(r"[\x21-\x7e]{0,255}")  # of people, places, events, messages
Fits = Callable[[Any], bool]
NOTHING: Mapping[str, Fits] = {}


def demand_shape(payload: Mapping[str, Any]) -> None:
    """Raises RequestRefused: 400."""
    kind = "command" if "command" in payload else payload.get("type")
    if not AROUND(payload) or not KINDS.get(kind if isinstance(kind, str) else "", AROUND)(payload):
        raise RequestRefused(400, "shape")
    if kind == "event_callback" and not EVENTS.get(payload["event"]["type"], INNER)(payload["event"]):
        raise RequestRefused(400, "shape of an event")


def _id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _named(value: object) -> bool:
    return _id(value) and bool(value)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


def _maybe(fits: Fits) -> Fits:
    return lambda value: value is None or fits(value)


def _either(one: Fits, other: Fits) -> Fits:
    return lambda value: one(value) or other(value)


def _each(fits: Fits) -> Fits:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _object(may: Mapping[str, Fits] = NOTHING, **needs: Fits) -> Fits:
    """With all that it `needs`; whatever it `may` have besides is missing, null, or fits."""
    return lambda value: (
        isinstance(value, dict)
        and all(fits(value.get(name)) for name, fits in needs.items())
        and all(value.get(name) is None or fits(value[name]) for name, fits in may.items())
    )


PLACED: Mapping[str, Fits] = {"team_id": _id, "enterprise_id": _id, "is_enterprise_install": _flag}
PERSON = _object({**PLACED, "id": _id, "enterprise_user": _object({"id": _id})})
PLACE = _either(_id, _object({"id": _id, "enterprise_id": _id}))
MESSAGE = _object({"user": _either(_id, PERSON), "text": _text, "bot_id": _id, "thread_ts": _id, "subtype": _id})
INSIDE: Mapping[str, Fits] = {
    **PLACED,
    **dict.fromkeys(("user_id", "channel_id", "ts", "thread_ts", "subtype", "channel_type", "bot_id", "tab", "user_team"), _id),
    **dict.fromkeys(("team", "enterprise", "channel"), PLACE),
    **dict.fromkeys(("message", "previous_message"), MESSAGE),
    **{name: _object({**PLACED, "id": _id, "channel_id": _id, "thread_ts": _id}) for name in ("item", "assistant_thread")},
    "user": _either(_id, PERSON),
    "text": _text,
    "tokens": _object({"bot": _each(_id), "oauth": _each(_id)}),
}
INNER = _object(INSIDE, type=_named)
AROUND = _object(
    {
        **INSIDE,
        **dict.fromkeys(("type", "event_id", "trigger_id", "callback_id", "command", "channel_name"), _id),
        "authorizations": _each(_object(PLACED)),
        "event": INNER,
        "view": _object({"app_installed_team_id": _id, "team_id": _id}),
        "response_urls": _each(_object({"response_url": _text})),
        "function_data": _object({"execution_id": _id}),
        "container": _object({"channel_id": _id, "message_ts": _id}),
        "actions": _each(_object({"value": _text, "selected_option": _object({"value": _text}), "action_ts": _id})),
    }
)
PRESSED = _object({"block_id": _text}, action_id=_named)
KINDS: Mapping[str, Fits] = {
    "event_callback": _object(event=INNER, event_id=_named),
    "block_actions": _object(user=_object(id=_named), actions=lambda value: bool(value) and _each(PRESSED)(value)),
    "shortcut": _object(user=_object(id=_named), callback_id=_named, trigger_id=_named),
    "message_action": _object(user=_object(id=_named), callback_id=_named, trigger_id=_named),
    "command": _object(trigger_id=_named, user_id=_named),
}
EVENTS: Mapping[str, Fits] = {
    "message": _object(channel=_id),
    "app_mention": _object(channel=_named),
    "user_change": _object(user=_object(id=_named)),
}

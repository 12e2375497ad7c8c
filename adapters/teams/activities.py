"""Activities of the Bot Framework, read into what we need of them and written from what we say: the one file that knows its library."""

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botbuilder.core import TurnContext
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount

from adapters.http.refusals import RequestRefused

CARD = "application/vnd.microsoft.card.adaptive"
PERSONAL = "personal"
TAG = re.compile(r"</?at(?:\s[^<>]*)?>")
SUBSECOND = re.compile(r"\.\d{3,}")
logging.getLogger("msrest").setLevel(logging.CRITICAL)  # the library's own would print what people typed
logging.getLogger("azure").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class ReceivedActivity:
    """One activity of the Bot Framework. What somebody typed or filled in isn't shown by `repr`."""

    type: str
    id: str
    name: str
    channel: str  # "msteams"
    service_url: str
    tenants: frozenset[str]  # all that it names
    conversation: str
    place: str  # "personal", "groupChat", "channel"
    team: str  # where it is a channel
    user: str  # "29:...": this person for this bot
    person: str  # the object id in the tenant's directory
    person_name: str
    robot: bool
    language: str
    action: str  # of an installation: "add", "remove"
    stamp: str  # the client's clock, when it is finer than a second
    text: str = field(repr=False)
    value: Mapping[str, Any] = field(repr=False)

    @property
    def personal(self) -> bool:
        """Whether nobody reads along."""
        return self.place == PERSONAL

    @property
    def event(self) -> str:
        """The same for what is sent again, also under a new id. Nothing of what was said is in it."""
        named = "\0".join((self.conversation, self.user, self.stamp or self.id))
        return f"teams:{hashlib.sha256(named.encode()).hexdigest()}"


def read_activity(raw: Mapping[str, Any]) -> ReceivedActivity:
    """Raises RequestRefused: 400 for what is no activity."""
    try:
        activity = Activity().deserialize(dict(raw))
        found = _read(activity, raw)
    except Exception as odd:  # noqa: BLE001 - the library raises whatever it stumbles over
        raise RequestRefused(400, type(odd).__name__) from None
    if not found.id or not found.conversation:
        raise RequestRefused(400, "no id")
    return found


def _read(activity: Any, raw: Mapping[str, Any]) -> ReceivedActivity:
    who, where = activity.from_property or ChannelAccount(), activity.conversation or ConversationAccount()
    data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    tenants = {_inner(data, "tenant", "id").lower(), _inner(raw, "conversation", "tenantId").lower()} - {""}
    stamp = _inner(raw, "localTimestamp")  # of these two the library makes a moment, and nothing (it looks for "tenantID")
    return ReceivedActivity(
        type=str(activity.type or ""),
        id=str(activity.id or ""),
        name=str(activity.name or ""),
        channel=str(activity.channel_id or ""),
        service_url=str(activity.service_url or ""),
        tenants=frozenset(tenants),
        conversation=str(where.id or ""),
        place=str(where.conversation_type or ("groupChat" if where.is_group else PERSONAL)),
        team=_inner(data, "team", "id"),
        user=str(who.id or ""),
        person=str(who.aad_object_id or "").lower(),
        person_name=str(who.name or ""),
        robot=str(who.role or "") in ("bot", "skill"),
        language=str(activity.locale or ""),
        action=str(activity.action or ""),
        stamp=stamp if SUBSECOND.search(stamp) else "",
        text=_words(activity),
        value=activity.value if isinstance(activity.value, dict) else {},
    )


def _inner(data: Mapping[str, Any], *names: str) -> str:
    found: Any = data
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _words(activity: Any) -> str:
    """As it was typed: without the mention by which a channel called us."""
    if activity.type != "message" or not activity.text:
        return ""
    TurnContext.remove_recipient_mention(activity)
    return TAG.sub("", str(activity.text or "")).replace("\xa0", " ").strip()


def message(card: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """A message with a card; `summary` is what a notification shows."""
    attached = Attachment(content_type=CARD, content=dict(card))
    return _written(Activity(type="message", attachments=[attached], summary=summary))


def typing() -> dict[str, Any]:
    """The sign that somebody is being answered."""
    return _written(Activity(type="typing"))


def _written(activity: Any) -> dict[str, Any]:
    made: dict[str, Any] = activity.serialize()
    return made

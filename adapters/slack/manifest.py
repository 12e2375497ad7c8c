"""The app manifest that an admin pastes into Slack: made from the settings' address, with the least rights."""

from typing import Any

from adapters.slack.oauth_install import CALLBACK
from adapters.slack.routes import EVENTS as REQUEST_URL
from adapters.slack.scopes import EVENTS, SCOPES

NAME, COMMAND = "Password Help", "/password"
LONGEST = 35  # characters of an app's name (Slack, "App manifest reference")
SHORTCUTS = {"reset": "Reset my password", "unlock": "Unlock my account"}


def manifest(url: str, name: str = NAME, *, socket: bool = False, several: bool = False) -> dict[str, Any]:
    """`socket`: Socket Mode; `several`: to be installed into more than one workspace by OAuth. Raises ValueError for a bad name."""
    if not name.strip() or len(name) > LONGEST:
        raise ValueError(f"A name has 1 to {LONGEST} characters.")
    if not name.isprintable() or set(name) & set("<>&"):
        raise ValueError("A name is letters, digits and signs in one line, without < > &.")
    if not url.startswith("https://") and not (socket and not several):
        raise ValueError("Slack calls addresses with https:// alone. Where there is none, --socket does without.")
    at = {} if socket else {"request_url": url + REQUEST_URL}
    oauth: dict[str, Any] = {"scopes": {"bot": sorted(SCOPES)}}
    if several:
        oauth["redirect_urls"] = [url + CALLBACK]
    command = {"command": COMMAND, "description": "Get your account back", "usage_hint": "I forgot my password", **_url(at)}
    shortcuts = [
        {"name": label, "type": "global", "callback_id": wish, "description": f"{label}."} for wish, label in SHORTCUTS.items()
    ]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": "Reset your password or unlock your account.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": name, "always_online": True},
            "shortcuts": shortcuts,
            "slash_commands": [command],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**at, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": several,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def _url(at: dict[str, str]) -> dict[str, str]:
    return {"url": at["request_url"]} if at else {}

"""The app package that an admin uploads to Teams: made from the settings' address, with the least rights."""

import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import urlsplit

from adapters.teams.icons import colour, outline

NAME = "Password Help"
VERSION = "1.25"  # of the manifest; no newer one has anything that is used here
LONGEST = 30  # characters of an app's short name
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SCOPES = ["personal", "team", "groupChat"]
COMMANDS = {
    "I forgot my password": "A new password, after you have proved who you are",
    "My account is locked": "The lock taken off, after you have proved who you are",
    "Set up my methods": "What you will prove it with, before you need it",
}
WHEN = (2026, 1, 1, 0, 0, 0)  # every file in the package says so, so that the same settings make the same bytes


def manifest(url: str, app_id: str, name: str = NAME) -> dict[str, Any]:
    """No permission is asked for: who is in a chat with the app is told to it anyway. Raises ValueError."""
    if not GUID.fullmatch(app_id.lower()):
        raise ValueError("An app id looks like 11111111-2222-3333-4444-555555555555.")
    if not 0 < len(name) <= LONGEST:
        raise ValueError(f"A name has 1 to {LONGEST} characters.")
    if not url.startswith("https://"):
        raise ValueError("Teams calls https addresses only.")
    commands = [{"title": title, "description": description} for title, description in COMMANDS.items()]
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": VERSION,
        "version": "1.0.0",
        "id": app_id.lower(),
        "developer": {"name": "Your company", "websiteUrl": url, "privacyUrl": url, "termsOfUseUrl": url},
        "name": {"short": name, "full": name},
        "description": {
            "short": "Reset your password or unlock your account.",
            "full": "Say what you need, prove who you are on a page of your own, and have your account back. "
            "Passwords are never typed into a chat.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1F3A5F",
        "bots": [
            {
                "botId": app_id.lower(),
                "scopes": SCOPES,
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": ["personal"], "commands": commands}],
            }
        ],
        "defaultInstallScope": "personal",
        # Names the app's registration, which Graph compares when it is asked to install the app; it asks for nothing by itself.
        "webApplicationInfo": {"id": app_id.lower(), "resource": url},
        "validDomains": [urlsplit(url).hostname],
    }


def package(url: str, app_id: str, name: str = NAME) -> bytes:
    """The zip that is uploaded: manifest and icons. Raises ValueError."""
    text = json.dumps(manifest(url, app_id, name), indent=2, ensure_ascii=False) + "\n"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, body in {"manifest.json": text.encode(), "color.png": colour(), "outline.png": outline()}.items():
            packed.writestr(zipfile.ZipInfo(file, WHEN), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()

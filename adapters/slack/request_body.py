"""What a request of Slack's holds: JSON as events come, or a form as commands and clicks do."""

from typing import Any

from adapters.http.bodies import form_fields, request_object
from adapters.http.refusals import RequestRefused

LARGEST = 512 * 1024  # bytes; a click brings the message that it was made on
FIELDS = 64


def payload_of(body: bytes, content_type: str) -> dict[str, Any]:
    """Raises RequestRefused: 400 for what is neither."""
    if content_type == "application/json":
        return request_object(body)
    form = form_fields(body, FIELDS) if content_type == "application/x-www-form-urlencoded" else None
    if not form:
        raise RequestRefused(400, "no form")
    return request_object(form["payload"]) if "payload" in form else dict(form)

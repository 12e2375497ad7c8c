"""The last line of a text with a code: it names our own host, so that a phone fills the code in there and nowhere else."""

from urllib.parse import urlsplit


def domain_bound(text: str, origin: str, code: str) -> str:
    """As "Origin-bound one-time codes delivered via SMS" (WICG) has it: the last line is `@host #code`, and nothing stands after it."""
    return f"{text}\n\n@{urlsplit(origin).hostname} #{code}"

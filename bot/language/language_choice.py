"""In which language somebody is spoken to: the first of those that they want to read and we speak."""

from collections.abc import Sequence

MOST = 200  # characters of a header that are looked at


def chosen_language(wanted: Sequence[str], spoken: Sequence[str]) -> str:
    """Region aside; where we speak none of them, the first of ours."""
    for tag in wanted:
        if (language := tag.lower().replace("_", "-").partition("-")[0]) in spoken:
            return language
    return spoken[0]


def accepted_languages(header: str) -> list[str]:
    """What a browser wants to read, best first (RFC 9110 section 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in header[:MOST].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(wanted, key=lambda w: -w[0]) if weight > 0]

"""How many parts a text is sent and paid in."""

from math import ceil

# 3GPP TS 23.038 section 6.2.1: the GSM 7 bit alphabet, and its extension, whose characters take two places.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")


def parts(text: str) -> int:
    """160 places in one, 153 in each of several; 70 and 67 when one character isn't of the alphabet (UCS-2)."""
    if set(text) <= BASIC | EXTENSION:
        places, one, each = len(text) + sum(c in EXTENSION for c in text), 160, 153
    else:
        places, one, each = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if places <= one else ceil(places / each)

"""Whether words that fit nothing were a password, typed where none belongs: its owner is told, and nobody keeps it."""

SHORTEST, LONGEST = 8, 128  # characters
KINDS = 3  # of letters small and large, digits and others: words and names have fewer


def looks_like_a_password(text: str) -> bool:
    """One word of mixed characters that is no address and no name of an account. May err; then somebody reads a needless warning."""
    word = text.strip()
    if not SHORTEST <= len(word) <= LONGEST or len(word.split()) != 1 or "@" in word[1:-1] or "://" in word or "\\" in word:
        return False
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(kind(c) for c in word.rstrip(".,!?")) for kind in kinds) >= KINDS

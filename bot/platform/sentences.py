"""What is said to people, as message ids with arguments, and the two kind ways to say no."""

Args = tuple[tuple[str, str], ...]


def args(**values: object) -> Args:
    """Arguments of a sentence, kept in order so that equal ones are equal."""
    return tuple((name, str(value)) for name, value in values.items())


class Misstep(Exception):  # noqa: N818 - not an error of ours: the person is asked again
    """Ask again, saying why. Nothing that the turn noted is written, except the refusal itself."""

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words)
        self.words = words
        self.args_ = args(**values)


class Refuse(Misstep):
    """The conversation ends, kindly: this isn't possible, and no other answer would change that."""

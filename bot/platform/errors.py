"""Errors that are nobody's programming: what an operator can put right, and a database that can't be had just now."""


class OperatorError(Exception):
    """Printed as it stands, without a trace. Says what is wrong and what to do; never holds a secret."""


class Unavailable(Exception):  # noqa: N818 - an answer: later
    """The database can't be had, or can't be written, just now. What was begun is on disk as far as it came; the rest may be tried again."""

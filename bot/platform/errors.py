"""What stops a command that someone on this machine can put right: one sentence, with the mend in it."""


class OperatorError(Exception):
    """Printed as it stands, without a trace. Says what is wrong and what to do; never holds a secret."""

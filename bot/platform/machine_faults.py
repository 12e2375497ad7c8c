"""What an operator is told when this machine itself refuses: its disk, the rights of a file, its limits."""

import errno

WHY = {
    errno.ENOSPC: "the disk is full. Make room there, and try again",
    errno.EDQUOT: "this user's share of the disk is used up. Make room there, and try again",
    errno.EROFS: "that disk is mounted read-only. Let the settings name another place, or mount it to be written",
    errno.EACCES: "this user may not. Correct its owner or mode, and try again",
    errno.EPERM: "this user may not. Correct its owner or mode, and try again",
    errno.EMFILE: "too many files are open. Raise the limit (`ulimit -n`), and try again",
    errno.EIO: "the disk doesn't work as it should. See this machine's log",
}


def machine_fault(fault: BaseException) -> str | None:
    """None: it isn't the machine's."""
    if isinstance(fault, OSError) and (why := WHY.get(fault.errno or 0)):
        return f"{fault.filename or 'What was to be written'}: {why}."
    return None

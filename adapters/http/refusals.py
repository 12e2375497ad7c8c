"""A no of either side: of ours to a request that isn't what it should be, and of a vendor's API to what we asked of it."""


class RequestRefused(Exception):  # noqa: N818 - an answer: nothing was run
    """401: not from the vendor. 403: from the vendor, and not for us. 400, 408, 413: nothing that it sends. 503: it can't be told now."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


class ApiRefused(Exception):  # noqa: N818 - an answer, not a fault
    """`why`: the vendor's own word for it, as "channel_not_found"; `status`: of HTTP, where that says more."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why, status)
        self.why, self.status = why, status

"""What a resident of the demo company has at hand: what their authenticator shows now, and what is left in the drawer."""

from collections.abc import Sequence

from bot.demo.seed import sheet_of
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import Printed, ShownAndTried
from bot.identity.registered import Registered
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret


def shown(methods: Sequence[Registered], now: float) -> tuple[Secret, int] | None:
    """The code, and for how many seconds more it is shown; of the first that shows any."""
    for method in methods:
        shape = METHODS[method.kind].registers
        if isinstance(shape, ShownAndTried):
            return shape.shows(method.secret, now)
    return None


def unused(keys: Keys, subject: SubjectId, methods: Sequence[Registered]) -> Sequence[Secret]:
    """The codes of the sheet that came with the house, as far as they work."""
    kept = {m.kind: METHODS[m.kind].registers for m in methods if m.confirmed}
    sheets = [(kind, shape) for kind, shape in kept.items() if isinstance(shape, Printed)]
    return [
        code
        for kind, shape in sheets
        for code in shape.codes(keys, sheet_of(subject))
        if any(m.secret.equals(shape.kept(keys, subject, code)) for m in methods if m.kind == kind)
    ]

"""The statements on conversations, built once."""

from sqlalchemy import Float, and_, bindparam, case, func, or_, select, update

from bot.model.turn import PAGE
from store.database import telling, upsert
from store.tables import CONVERSATION, WINDOW

given = bindparam  # names end in _, since SQLAlchemy keeps the plain names of columns for itself
c, w, s = CONVERSATION.c, WINDOW.c, WINDOW.alias("sealed").c
WINDOW_COLUMNS = (w.id, w.conversation, w.kind, w.address, w.browser, w.label, w.bound_at)
SEALED_COLUMNS = (s.id, s.conversation, s.kind, s.address, s.browser, s.label, s.bound_at)
PARTY_COLUMNS = (c.origin, c.subject, c.language, c.asker, c.account)
CLAIMED = (
    c.pressed,
    c.pressed_in,
    c.id,
    c.turn,
    c.claim,
    c.held,
    c.due_at,
    c.seen,
    c.moves,
    c.step,
    c.first,
    c.expires_at,
    *PARTY_COLUMNS,
)
NOW = given("now_", type_=Float)

OPEN = upsert(CONVERSATION).on_conflict_do_nothing(index_elements=["event"]).returning(c.id)

_take = update(CONVERSATION).values(claim=c.claim + 1, held=c.held + 1, due_at=given("until_")).returning(*CLAIMED)
_theirs = select(w.conversation).where(w.id == given("window_"), func.coalesce(w.browser, w.address) == given("who_"))
CLAIM = _take.values(pressed=given("option_"), pressed_in=given("window_")).where(
    c.id == _theirs.scalar_subquery(),
    c.turn == given("turn_"),
    c.held == 0,
    c.due_at.is_not(None),
    c.expires_at > NOW,
)
# A look sees every nudge there was; a person's answer sees none, so one that came before it is looked at afterwards.
CLAIM_DUE = _take.values(seen=c.nudges).where(c.id == given("id_"), c.due_at <= NOW)
TAKE = _take.where(c.id == given("id_"))
WINDOWS = (
    select(*WINDOW_COLUMNS)
    .where(w.conversation == given("conversation_"), or_(w.id == given("window_"), and_(w.kind == PAGE, w.browser.is_not(None))))
    .order_by(w.bound_at.desc())
)

PAGE_TO_BIND = (
    select(w.kind, w.browser, w.link_expires, w.conversation, c.held, c.due_at, c.expires_at, *PARTY_COLUMNS)
    .join_from(WINDOW, CONVERSATION, w.conversation == c.id)
    .where(w.id == given("window_"))
)
LOCKED = (
    select(c.id)
    .where(c.id == select(w.conversation).where(w.id == given("window_")).scalar_subquery())
    .with_for_update()  # conversation before window, as a settle does it; what is read next is then the newest
)
BIND = update(WINDOW).where(w.id == given("window_")).values(browser=given("browser_"), label=given("label_"), bound_at=NOW)

_mine = update(CONVERSATION).where(c.id == given("id_"), c.claim == given("claim_"), c.held > 0)
_moved = {"turn": c.turn + 1, "step": given("step_"), "notice": given("notice_"), "held": 0, "pressed": None, "pressed_in": None}
_due = case((c.nudges > c.seen, NOW), else_=given("due_", type_=Float))
SETTLE = _mine.values(_moved | {"due_at": _due}).returning(telling(c.id))
CLOSE = _mine.values(_moved | {"due_at": None}).returning(telling(c.id))
RELEASE = _mine.values(held=0, due_at=_due, pressed=None, pressed_in=None)
NUDGE = (
    update(CONVERSATION)
    .where(c.id == given("id_"), c.due_at.is_not(None))
    .values(nudges=c.nudges + 1, due_at=case((c.held == 0, NOW), else_=c.due_at))
    .returning(telling(c.id))
)

DUE = select(c.id).where(c.due_at <= NOW).order_by(c.due_at).limit(given("limit_"))
STANDING = (
    select(
        *WINDOW_COLUMNS,
        *SEALED_COLUMNS,
        *(c.step, c.first, c.turn, c.notice, c.due_at, c.held, c.moves, c.opened_in, c.opened_at),
        *PARTY_COLUMNS,
    )
    .join_from(WINDOW, CONVERSATION, w.conversation == c.id)
    .outerjoin(s.id.table, and_(s.conversation == c.id, s.kind == PAGE, s.browser.is_not(None)))
    .where(w.id == given("window_"), or_(w.kind != PAGE, w.browser.is_not(None), w.link_expires > NOW))
    .order_by(s.bound_at.desc())
    .limit(1)
)
NEWEST = (
    select(w.id)
    .join_from(WINDOW, CONVERSATION, w.conversation == c.id)
    .where(w.kind == given("kind_"), w.address == given("address_"), c.due_at.is_not(None), c.expires_at > NOW)
    .order_by(c.opened_at.desc())
    .limit(1)
)

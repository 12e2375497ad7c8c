"""Somebody says at their own phone that it wasn't them who asked: that attempt is over, and admins hear of it."""

from bot.identity.attempt_limits import PER_CODE
from bot.identity.interfaces import Records
from bot.messaging.ledger import ADMINS, DAY, Ledger
from bot.model.facts import Audited, Challenged
from bot.platform.job_outbox import Sent
from bot.platform.sentences import args


async def disown(records: Records, ledger: Ledger, asked: Challenged, words: str) -> None:
    """No answer to this question passes any more, and whoever waits for one is told by this sentence. Admins hear of it once a day."""
    await records.exhaust(f"code:{asked.id}", PER_CODE, DAY)
    await records.undelivered(asked.id, words)
    told = args(conversation=asked.conversation, challenge=asked.id)
    alarm = Sent("alarm", ADMINS, args(words="alarm.prompts.unasked", login=asked.subject))
    await ledger.once(f"prompts:{asked.subject}", DAY, Audited("identity:prompts:reported", asked.subject, told), alarm)

"""The last step of every conversation, and how a refusal becomes it."""

from bot.model.codec import step
from bot.model.prompt import Lines, PromptState, Say
from bot.model.reply import Word
from bot.platform.ids import Line, WordsId
from bot.platform.sentences import Misstep

# Ways to leave: nothing went wrong. Whatever else ends a conversation unasked is something that can't be done here.
LEFT = frozenset({"engine.expired", "engine.moved_too_often", *(f"engine.{word}" for word in Word)})


@step("closed")
class Closed:
    """The last word, and what to do next."""

    words: WordsId
    hint: Line = Line("")
    advice: tuple[WordsId, ...] = ()
    state: PromptState = PromptState.STOPPED

    def ask(self) -> Say:
        """Nothing more is asked."""
        lines = Lines(tuple((a, ()) for a in self.advice)) if self.advice else None
        return Say(self.words, (("hint", self.hint),) if self.hint else (), lines, self.state)


def refused(no: Misstep) -> Closed:
    """What is left of a conversation that can't go on."""
    hint = Line(dict(no.args_).get("hint", ""))
    return Closed(WordsId(no.words), hint, state=PromptState.STOPPED if no.words in LEFT else PromptState.ERROR)

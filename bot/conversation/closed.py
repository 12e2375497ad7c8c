"""The last step of every conversation."""

from bot.model.codec import step
from bot.model.prompt import Lines, Say
from bot.platform.ids import Line, WordsId


@step("closed")
class Closed:
    """The last word, and what to do next."""

    words: WordsId
    hint: Line = Line("")
    advice: tuple[WordsId, ...] = ()

    def ask(self) -> Say:
        """Nothing more is asked."""
        lines = Lines(tuple((a, ()) for a in self.advice)) if self.advice else None
        return Say(self.words, (("hint", self.hint),) if self.hint else (), lines)

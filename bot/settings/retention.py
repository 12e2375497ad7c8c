"""How many days each sort of record is kept, once nobody needs it any more."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.settings.sections import Section

LINKS = 8  # days: a link "this wasn't me" leads to its change for a week
Days = Annotated[int, Field(ge=1, le=3650)]


class RetentionSection(Section):
    """In days; docs/operating.md says why, and what is kept for longer all the same."""

    hour: Annotated[int, Field(ge=0, le=23)] = Field(
        default=3, description="Hour of the day (UTC) from which one replica does the night's work."
    )
    conversations: Days = Field(default=1, description="Days that a dialog is kept that led to no right.")
    windows: Days = Field(default=7, description="Days that it is kept in which chats and browsers somebody had a right.")
    changes: Days = Field(
        default=90,
        description="Days that a dialog is kept that led to a right, with its proofs, grants and operations; 8 at least.",
    )
    cases: Days = Field(default=365, description="Days that the helpdesk's cases are kept.")
    letters: Days = Field(default=30, description="Days that messages are kept that never got there.")
    events: Days = Field(default=2, description="Days that vendors' events are known again.")
    browsers: Annotated[int, Field(ge=1, le=180)] = Field(
        default=180, description="Days that a browser is known that somebody ticked as their own; its cookie ends after 180."
    )
    audit: Annotated[int, Field(ge=0, le=36500)] = Field(
        default=730, description="Days after which rows of the audit move to signed files; 0: never."
    )

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if self.changes < self.letters + LINKS:
            raise ValueError(
                f"changes has to be letters + {LINKS} days at least: a notice that is sent again still names its change, and so does its link"
            )
        return self


DEFAULTS = RetentionSection()

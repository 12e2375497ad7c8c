"""The composition root: the only place that knows concrete classes."""

from bot.app import agent
from bot.app.application import App, build
from bot.app.demonstration import populate
from bot.app.operator import migrate, not_older, site
from bot.app.roster import filled, roster_of
from bot.app.vendors import vendors

__all__ = ["App", "agent", "build", "filled", "migrate", "not_older", "populate", "roster_of", "site", "vendors"]

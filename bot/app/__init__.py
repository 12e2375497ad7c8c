"""The composition root: the only place that knows concrete classes."""

from bot.app import agent
from bot.app.demonstration import populate
from bot.app.operator import migrate, site
from bot.app.outside import vendors
from bot.app.whole import App, build

__all__ = ["App", "agent", "build", "migrate", "populate", "site", "vendors"]

"""Sets a template in somebody's language, with the company's name and logo on it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web.assets import Assets
from adapters.web.demo_story import rules_guide
from bot.language.language_choice import accepted_languages
from bot.language.translations import Words
from bot.platform.harmless import harmless
from bot.platform.sentences import Args, args

TEMPLATES = Path(__file__).parent / "templates"


def moment(at: float) -> Markup:
    """A time that reads well without a script, which sets it in the reader's own zone."""
    when = datetime.fromtimestamp(at, UTC)
    return Markup('<time datetime="{}">{}</time>').format(f"{when:%Y-%m-%dT%H:%M:%SZ}", f"{when:%Y-%m-%d %H:%M} UTC")


def printed(value: object) -> object:
    """Whatever a template prints; what is marked as safe is our own."""
    return harmless(value) if type(value) is str else value


# A template is compiled once in a process, so nothing of one company is in here.
SET = Environment(
    loader=FileSystemLoader(TEMPLATES),
    finalize=printed,
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
SET.filters["moment"] = moment
SET.globals["rules_guide"] = rules_guide  # asked for by a demo's pages alone


class Pages:
    """The only one that knows Jinja. Everything that a template prints is escaped, and a missing value is a fault."""

    def __init__(self, words: Words, company: str, assets: Assets, *, demo: bool) -> None:
        self.words = words
        self._always = {"company": company, "asset": assets.url, "demo": demo}

    def page(self, template: str, language: str, context: Mapping[str, object], *, status: int = 200) -> web.Response:
        """A whole page, or the part of one that a script asked for."""
        text = self.text(template, language, context)
        return web.Response(text=text, content_type="text/html", status=status, headers={"Content-Language": language})

    def text(self, template: str, language: str, context: Mapping[str, object]) -> str:
        """In templates, `say("web.opened", label=name)` gives a sentence of the catalogue."""
        given = {**self._always, **context, "language": language, "say": self._sayer(language)}
        return SET.get_template(template).render(given)

    def language(self, request: web.Request) -> str:
        """Of a visitor whose conversation, if there is one, isn't known yet."""
        return self.words.best(accepted_languages(request.headers.get("Accept-Language", "")))

    def _sayer(self, language: str) -> Callable[..., str]:
        return partial(self._say, language)

    def _say(self, language: str, id: str, given: Args = (), **named: object) -> str:
        return self.words.say(id, (*given, *args(**named)), language)

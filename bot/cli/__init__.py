"""The command line: `unlatch COMMAND`. Whatever a command needs is imported when it runs, so that all of them start fast."""

import sys

import typer

from bot.cli import (
    account,
    agent,
    audit,
    case,
    coverage,
    explain,
    intent,
    keys,
    letters,
    links,
    manifest,
    password,
    policy,
    running,
    starting,
)
from bot.cli.options import echo
from bot.platform.database_faults import database_fault
from bot.platform.errors import OperatorError, Unavailable
from bot.platform.machine_faults import machine_fault

WRONG_USE, FAULT = 2, 1  # exit codes; a fault of ours and a finding are both 1
app = typer.Typer(
    name="unlatch",
    help="People get their own account back.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for part in (running, starting, coverage, explain, intent):
    part.add_to(app)
app.add_typer(account.app, name="account")
app.add_typer(agent.app, name="agent")
app.add_typer(audit.app, name="audit")
app.add_typer(case.app, name="case")
app.add_typer(keys.app, name="keys")
app.add_typer(letters.app, name="letters")
app.add_typer(links.app, name="links")
app.add_typer(manifest.app, name="manifest")
app.add_typer(password.app, name="password")
app.add_typer(password.breached_app, name="breached")
app.add_typer(policy.app, name="policy")


def main() -> None:
    """One sentence for whoever can mend it, a reference for what is our fault; a trace goes to the log."""
    try:
        app()
    except OperatorError as mend:
        echo(str(mend), err=True)
        sys.exit(WRONG_USE)
    except Unavailable as away:
        unknown = f"The database can't be reached ({away}); `unlatch doctor` looks closer."
        echo(str(database_fault(away, reaching=True) or unknown), err=True)
        sys.exit(WRONG_USE)
    except Exception as fault:  # noqa: BLE001 - the last door: nothing leaves as a raw trace
        if refused := database_fault(fault) or machine_fault(fault):
            echo(str(refused), err=True)
            sys.exit(WRONG_USE)
        echo(f"Something went wrong that isn't your doing; the log has it as {_logged()}.", err=True)
        sys.exit(FAULT)


def _logged() -> str:
    import structlog

    from bot.platform.clock import World
    from bot.platform.process import log_to_stderr

    log_to_stderr()
    reference = World().id("fault")
    structlog.get_logger().exception("command.fault", reference=reference)
    return reference

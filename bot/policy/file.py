"""Reads a policy document from a file."""

import json
import tomllib
from collections.abc import Collection
from pathlib import Path

from bot.platform.errors import OperatorError
from bot.platform.ids import Kind
from bot.policy.policy import Policy, PolicyError, parse


def read(file: Path, listable: Collection[Kind]) -> Policy:
    """TOML, or JSON when the name ends so. `listable`: the methods that there are. Raises OperatorError that names the key."""
    try:
        text = file.read_text(encoding="utf-8")
        return parse(json.loads(text) if file.suffix == ".json" else tomllib.loads(text), listable)
    except PolicyError as wrong:
        raise OperatorError(f"{file}: {wrong}") from None
    except ValueError as wrong:
        raise OperatorError(f"{file} is neither TOML nor JSON: {wrong}.") from None
    except OSError:
        raise OperatorError(f"{file} can't be read.") from None

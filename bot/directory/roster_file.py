"""A file of accounts, as spreadsheets write it: read whole, with every line that is wrong told by its number and its cure."""

import csv
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from bot.directory.roster import RosterEntry
from bot.platform.errors import OperatorError
from bot.platform.harmless import HOSTILE

TEXTS = ("name", "mail", "other_mail", "mobile", "phone", "manager", "department", "language")
FLAGS = ("admin", "enabled")
COLUMNS = ("login", *TEXTS, *FLAGS, "groups")
NUMBERS, MAILS = ("mobile", "phone"), ("mail", "other_mail")
BETWEEN = "|"  # the names of groups
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")
LONGEST = 256
FORMULA = ("=", "+", "-", "@")  # a spreadsheet would run what begins so
TOLD = 50  # faults; whoever has more has one cause

IsNumber = Callable[[str], bool]


class FaultyCell(Exception):  # noqa: N818 - an answer, not a fault
    """What is wrong with what is said of one account, and its cure, in the middle of a sentence."""


@dataclass(frozen=True, slots=True)
class RosterLines:
    """What a file says, and in which of its lines each entry ended."""

    entries: Sequence[RosterEntry]
    numbers: Sequence[int]


def read(file: Path, is_number: IsNumber) -> RosterLines:
    """Raises OperatorError that names every line that is wrong."""
    entries, numbers, faults = list[RosterEntry](), list[int](), list[str]()
    seen: dict[tuple[str, str], int] = {}
    for number, cells in _cells(file):
        try:
            entry = entry_of(cells, is_number)
            _alone(entry, number, seen)
        except FaultyCell as fault:
            faults.append(f"line {number}: {fault}")
            continue
        entries.append(entry)
        numbers.append(number)
    if faults:
        raise OperatorError(told(file, faults))
    if not entries:
        raise OperatorError(f"{file} holds no account: below the first line there is one line for each.")
    return RosterLines(entries, numbers)


def told(file: Path, faults: Sequence[str]) -> str:
    """One line for each, and that nothing was done."""
    more = [f"... and {len(faults) - TOLD} more"] if len(faults) > TOLD else []
    return "\n".join(
        [*(f"{file}, {fault}." for fault in faults[:TOLD]), *more, "Nothing was imported: mend these, and run it again."]
    )


def entry_of(cells: Mapping[str, str], is_number: IsNumber) -> RosterEntry:
    """What is said of one account; a column that isn't there says nothing. Raises FaultyCell."""
    found = {column: _clean(column, cell) for column, cell in cells.items()}
    login = found.get("login", "")
    if not login or any(letter.isspace() for letter in login):
        raise FaultyCell("login has to be a sign-in name without spaces, as ana or ana@example.com")
    for column in NUMBERS:
        if (typed := found.get(column)) and not is_number(typed):
            raise FaultyCell(f"{column} isn't a telephone number; write it with its country, as +49 30 1234567")
    for column in MAILS:
        if (typed := found.get(column)) and not _is_mail(typed):
            raise FaultyCell(f"{column} isn't one mail address, as ana@example.com")
    return RosterEntry(
        login,
        found.get("name"),
        found.get("mail"),
        found.get("other_mail"),
        found.get("mobile"),
        found.get("phone"),
        found.get("manager"),
        found.get("department"),
        found.get("language"),
        _flag("admin", found.get("admin", "")),
        _flag("enabled", found.get("enabled", "")),
        _groups(found["groups"]) if "groups" in found else None,
    )


def row_of(entry: RosterEntry) -> list[str]:
    """The other way: what `read` reads the same entry from."""
    flags = {column: "yes" if getattr(entry, column) else "no" for column in FLAGS}
    said = {field.name: getattr(entry, field.name) or "" for field in fields(entry)}
    return [{**said, **flags, "groups": BETWEEN.join(entry.groups or ())}[column] for column in COLUMNS]


def group_of(name: str) -> str:
    """A group's name as it is kept. Raises FaultyCell."""
    found = _clean("the group", name)
    if not found or BETWEEN in found:
        raise FaultyCell(f"a group has to have a name, without {BETWEEN} in it")
    return found


def _cells(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number. A spreadsheet of a country with decimal commas puts semicolons between."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            header = lines.readline()
            between = ";" if ";" in header else ","
            columns = _columns(file, next(csv.reader([header], delimiter=between), []))
            for cells in (rows := csv.reader(lines, delimiter=between, strict=True)):
                if any(cell.strip() for cell in cells):
                    yield rows.line_num + 1, _named(file, rows.line_num + 1, columns, cells)
    except OSError as error:
        raise OperatorError(f"{file} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise OperatorError(f"{file} isn't in UTF-8; save it as CSV in UTF-8. Nothing was imported.") from None
    except csv.Error as error:
        raise OperatorError(
            f"{file} isn't CSV all through ({error}): look for a quotation mark that isn't closed. Nothing was imported."
        ) from None


def _columns(file: Path, header: Sequence[str]) -> Sequence[str]:
    columns = [column.strip().casefold() for column in header]
    unknown = [column for column in columns if column not in COLUMNS]
    if "login" not in columns or unknown or len(set(columns)) < len(columns):
        wrong = (
            f"knows no column {unknown[0]!r}"
            if unknown and "login" in columns
            else "needs the column login, and each column once"
        )
        raise OperatorError(
            f"{file}, line 1: it names the columns, and {wrong}; there are {', '.join(COLUMNS)}. Nothing was imported."
        )
    return columns


def _named(file: Path, number: int, columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        raise OperatorError(
            f"{file}, line {number}: there are {len(cells)} cells below {len(columns)} columns; "
            "one that holds a comma or semicolon stands in quotation marks. Nothing was imported."
        )
    return dict(zip(columns, cells, strict=True))


def _alone(entry: RosterEntry, number: int, seen: dict[tuple[str, str], int]) -> None:
    """An address that two accounts share finds neither of them."""
    for column, value in (("login", entry.login), ("mail", entry.mail)):
        if value and (before := seen.setdefault((column, value.casefold()), number)) != number:
            raise FaultyCell(f"{column} {value} stands in line {before} already; leave it in one of them")


def _clean(column: str, cell: str) -> str:
    text = unicodedata.normalize("NFC", cell).strip()
    if HOSTILE.search(text) or "\t" in text or "\n" in text:
        raise FaultyCell(f"{column} holds a character that can't be seen, or a line break; type it anew")
    if len(text) > LONGEST:
        raise FaultyCell(f"{column} is longer than {LONGEST} characters")
    if text.startswith(FORMULA) and not (column in NUMBERS and text.startswith("+")):
        raise FaultyCell(f"{column} begins with {text[0]}, so a spreadsheet would take it for a formula; take that off")
    return text


def _is_mail(text: str) -> bool:
    name, at, domain = text.partition("@")
    return bool(name and at and domain) and not any(letter.isspace() or letter in ",;<>@" for letter in f"{name}{domain}")


def _flag(column: str, cell: str) -> bool | None:
    said = cell.casefold()
    if said not in (*YES, *NO):
        raise FaultyCell(f"{column} has to be yes or no")
    return said in YES if said else None


def _groups(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(group_of(name) for name in cell.split(BETWEEN) if name.strip()))

"""A file of accounts: what it may say, and that each line that is wrong is told with its number and its cure."""

from pathlib import Path

import pytest

from bot.directory.roster import RosterEntry
from bot.directory.roster_file import COLUMNS, read, row_of
from bot.platform.errors import OperatorError


def lines(tmp_path: Path, text: str, encoding: str = "utf-8") -> list[RosterEntry]:
    file = tmp_path / "people.csv"
    file.write_text(text, encoding=encoding)
    return list(read(file, lambda typed: typed.startswith("+49")).entries)


def test_a_column_that_is_not_there_says_nothing_and_an_empty_cell_takes_away(tmp_path: Path) -> None:
    (ana,) = lines(tmp_path, "login,mail,groups\nana,,\n")
    assert (ana.name, ana.mail, ana.groups) == (None, "", ())
    (ben,) = lines(tmp_path, "Login;Name;Admin;Groups\nben;Ben Bär;yes; Sales | All \n", "utf-8-sig")
    assert ben == RosterEntry("ben", "Ben Bär", admin=True, groups=("Sales", "All"))


def test_what_is_listed_is_read_again_as_it_was(tmp_path: Path) -> None:
    said = ("Ana", "ana@example.com", "ana@home.example", "+49 1", "+49 2", "ben", "R&D", "de")
    ana = RosterEntry("ana", *said, admin=True, enabled=False, groups=("All", "Sales"))
    assert lines(tmp_path, "\n".join(map(",".join, [COLUMNS, row_of(ana)]))) == [ana]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("a b,A,,,", "login has to be a sign-in name without spaces"),
        (",A,,,", "login has to be a sign-in name without spaces"),
        ("ben,=cmd(),,,", "name begins with =, so a spreadsheet would take it for a formula; take that off"),
        ("ben,-1+1,,,", "name begins with -"),
        ("ben,Ben\u202e,,,", "name holds a character that can't be seen"),
        ('ben,"Ben\nB",,,', "name holds a character that can't be seen, or a line break"),
        (f"ben,{'B' * 257},,,", "name is longer than 256 characters"),
        ("ben,Ben,ben,,", "mail isn't one mail address"),
        ("ben,Ben,a@b.example;c@d.example,,", "mail isn't one mail address"),
        ("ben,Ben,,0170,", "mobile isn't a telephone number; write it with its country"),
        ("ben,Ben,,,perhaps", "admin has to be yes or no"),
        ("ANA,Ana,,,", "login ANA stands in line 2 already; leave it in one of them"),
        ("ben,Ben,Ana@example.com,,", "mail Ana@example.com stands in line 2 already"),
    ],
    ids=range(13),
)
def test_each_line_that_is_wrong_is_told(tmp_path: Path, cells: str, said: str) -> None:
    with pytest.raises(OperatorError) as wrong:
        lines(tmp_path, f"login,name,mail,mobile,admin\nana,Ana,ana@example.com,,\n{cells}\ncara,Cara,@,,\n")
    first, second, last = str(wrong.value).splitlines()
    assert first.startswith(f"{tmp_path}/people.csv, line {3 + cells.count(chr(10))}: {said}")
    assert f"line {4 + cells.count(chr(10))}: mail begins with @" in second
    assert last == "Nothing was imported: mend these, and run it again."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: it names the columns, and needs the column login"),
        ("login,pasword\nana,x\n", "knows no column 'pasword'"),
        ("login,login\nana,x\n", "each column once"),
        ("login,name\nana\n", "line 2: there are 1 cells below 2 columns"),
        ("login\n", "holds no account"),
        ('login\n"ana\n', "a quotation mark that isn't closed"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(OperatorError, match=said):
        lines(tmp_path, text)


def test_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="isn't in UTF-8; save it as CSV in UTF-8"):
        lines(tmp_path, "login,name\nana,Änna\n", "latin-1")

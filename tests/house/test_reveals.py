"""The only files that may look into a Secret, each of them for a reason."""

import ast

from tests.house.tree import CODE, modules, parsed

MAY_REVEAL: tuple[str, ...] = (
    "adapters/messengers/demo_phone.py",  # the demo's inbox keeps a message, sealed
    "adapters/messengers/smtp.py",  # a mail leaves
    "adapters/web/passwords.py",  # a suggested passphrase is shown to who asked for it
    "adapters/web/played.py",  # the demo's phone shows what arrived on it
    "bot/app.py",  # the database's address holds its password
    "bot/conversation/engine.py",  # free text may be a wish
    "bot/conversation/understand.py",  # what was typed is fitted to what was asked
    "bot/doctor/network.py",  # signs in at the mail server
    "bot/identity/codes.py",  # an authenticator's key makes its codes
    "bot/identity/limits.py",  # a destination is counted under its MAC
    "bot/identity/masks.py",  # a destination is shown in part
    "bot/notices.py",  # a code goes into its message
    "bot/policy/passwords.py",  # a password is held to the rules
    "bot/secret.py",
    "bot/settings.py",  # the database's address is put together
    "store/identity.py",  # a registered method is sealed
    "store/passwords_hash.py",  # a password is hashed
)


def test_secrets_are_revealed_in_the_listed_files_and_in_no_other() -> None:
    assert sorted(str(path) for path in modules(*CODE) if reveals(parsed(path))) == sorted(MAY_REVEAL)


def test_a_method_passed_on_uncalled_counts_as_well() -> None:
    assert reveals(ast.parse("key = map(Secret.reveal, secrets)"))
    assert not reveals(ast.parse("class Secret:\n    def reveal(self): ..."))


def reveals(module: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "reveal" for node in ast.walk(module))

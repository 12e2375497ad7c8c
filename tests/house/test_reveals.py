"""The only files that may look into a Secret, each of them for a reason."""

import ast

from tests.house.tree import CODE, modules, parsed

MAY_REVEAL: tuple[str, ...] = (
    "adapters/directories/active_directory/directory.py",  # a new password goes to its directory
    "adapters/directories/ldap/apart.py",  # the service account's password goes to the reading child, by a pipe
    "adapters/directories/ldap/line.py",  # signs in at a directory
    "adapters/directories/openldap/directory.py",  # an empty password never leaves
    "adapters/directories/openldap/writing.py",  # a new password goes to its directory
    "adapters/directories/entra/directory.py",  # a new password is set by Graph
    "adapters/directories/entra/tokens.py",  # signs in at Entra
    "adapters/directories/entra/wire.py",  # a token goes with each question
    "adapters/messengers/demo_phone.py",  # the demo's inbox keeps a message, sealed
    "adapters/messengers/smtp.py",  # a mail leaves
    "adapters/messengers/twilio/texts.py",  # a text message leaves
    "adapters/messengers/twilio/status.py",  # checks Twilio's signature
    "adapters/messengers/twilio/calling.py",  # signs in at Twilio
    "adapters/sign_in/provider.py",  # a client and its code are shown to their provider
    "adapters/slack/calling.py",  # a token goes with each call
    "adapters/slack/door.py",  # the library opens the socket by its token
    "adapters/slack/examined.py",  # likewise, to see whether it is taken
    "adapters/slack/installations.py",  # a token is kept sealed, and handed to the library
    "adapters/slack/installing.py",  # the app shows its secret to get a token
    "adapters/slack/raw.py",  # checks a signature
    "adapters/teams/credentials.py",  # proves who we are to Microsoft
    "adapters/teams/examined.py",  # a token says which rights it carries
    "adapters/web/exhibits.py",  # a secret is shown on the sealed page
    "adapters/web/passwords.py",  # a suggested passphrase is shown to who asked for it
    "adapters/web/played.py",  # the demo's phone shows what arrived on it
    "adapters/writeback/directory.py",  # a password is sealed to the agent that sets it
    "bot/app/operator.py",  # the database's address holds its password
    "bot/app/whole.py",  # the database's address holds its password
    "bot/budgets.py",  # a range of numbers is counted under its MAC
    "bot/cli/agent.py",  # a new agent's code is shown to the operator
    "bot/conversation/incoming.py",  # free text may be a wish
    "bot/conversation/spent.py",  # a password that a chat has seen is refused from then on
    "bot/conversation/understand.py",  # what was typed is fitted to what was asked
    "bot/doctor/network.py",  # signs in at the mail server
    "bot/identity/codes.py",  # an authenticator's key makes its codes
    "bot/identity/exhibits.py",  # an authenticator's key is put into its link
    "bot/identity/limits.py",  # a destination is counted under its MAC
    "bot/identity/contact_data.py",  # a number that the directory has is named by its MAC
    "bot/identity/contacts.py",  # an address says which domain it is of
    "bot/identity/registered.py",  # a registered method is sealed
    "bot/identity/sheets.py",  # recovery codes become MACs
    "bot/identity/masks.py",  # a destination is shown in part
    "bot/identity/numbers.py",  # a number says which country and range it is of
    "bot/news.py",  # an address that is taken off the file is sealed for its last message
    "bot/notices.py",  # a code goes into its message
    "bot/policy/passwords.py",  # a password is held to the rules
    "bot/secret.py",
    "bot/settings.py",  # the database's address is put together
    "bot/writeback/codes.py",  # an agent's code is a key for what it proves
    "store/passwords_hash.py",  # a password is hashed
)


def test_secrets_are_revealed_in_the_listed_files_and_in_no_other() -> None:
    assert sorted(str(path) for path in modules(*CODE) if reveals(parsed(path))) == sorted(MAY_REVEAL)


def test_a_method_passed_on_uncalled_counts_as_well() -> None:
    assert reveals(ast.parse("key = map(Secret.reveal, secrets)"))
    assert not reveals(ast.parse("class Secret:\n    def reveal(self): ..."))


def reveals(module: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "reveal" for node in ast.walk(module))

"""The only files that may look into a Secret, each of them for a reason."""

import ast

from tests.house.tree import CODE, modules, parsed

MAY_REVEAL: tuple[str, ...] = (
    "adapters/breached/range_service.py",  # five hex digits of a new password's hash are asked for
    "adapters/directories/active_directory/contact_writes.py",  # a number that was proved is written
    "adapters/directories/active_directory/password_writes.py",  # a new password goes to its directory
    "adapters/directories/ldap/child_process.py",  # the service account's password goes to the reading child, by a pipe
    "adapters/directories/ldap/connection.py",  # signs in at a directory
    "adapters/directories/openldap/password_writes.py",  # a new password goes to its directory
    "adapters/directories/entra/directory.py",  # a new password is set by Graph
    "adapters/directories/entra/tokens.py",  # signs in at Entra
    "adapters/directories/entra/graph_client.py",  # a token goes with each question
    "adapters/messengers/demo_phone.py",  # the demo's inbox keeps a message, sealed
    "adapters/messengers/smtp.py",  # a mail leaves
    "adapters/messengers/sms_webhook/signature.py",  # signs what is sent, and checks what is told
    "adapters/messengers/sms_webhook/text_messages.py",  # a text message leaves
    "adapters/messengers/twilio/text_messages.py",  # a text message leaves
    "adapters/messengers/twilio/calls.py",  # a number is called, through its extension
    "adapters/messengers/twilio/voice.py",  # a code is read out in a call
    "adapters/messengers/twilio/webhook.py",  # checks Twilio's signature
    "adapters/messengers/twilio/client.py",  # signs in at Twilio
    "adapters/sign_in/provider.py",  # a client and its code are shown to their provider
    "adapters/slack/web_api.py",  # a token goes with each call
    "adapters/slack/routes.py",  # the library opens the socket by its token
    "adapters/slack/checks.py",  # likewise, to see whether it is taken
    "adapters/slack/installations.py",  # a token is kept sealed, and handed to the library
    "adapters/slack/oauth_install.py",  # the app shows its secret to get a token
    "adapters/slack/verification.py",  # checks a signature
    "adapters/teams/credentials.py",  # proves who we are to Microsoft
    "adapters/teams/checks.py",  # a token says which rights it carries
    "adapters/web/exhibits.py",  # a secret is shown on the sealed page
    "adapters/web/passwords.py",  # a suggested passphrase is shown to who asked for it
    "adapters/web/demo_sign_in.py",  # a code of the demo's own sign-in is looked up
    "adapters/web/demo_company.py",  # the demo's phone shows what arrived on it
    "adapters/writeback/directory.py",  # a password is sealed to the agent that sets it
    "bot/app/operator.py",  # the database's address holds its password
    "bot/app/application.py",  # the database's address holds its password
    "bot/notify/sms_budget.py",  # a range of numbers is counted under its MAC
    "bot/cli/agent.py",  # a new agent's code is shown to the operator
    "bot/engine/intake.py",  # free text may be a wish
    "bot/policy/pasted_passwords.py",  # a password that a chat has seen is refused from then on
    "bot/engine/understand.py",  # what was typed is fitted to what was asked
    "bot/doctor/network.py",  # signs in at the mail server
    "bot/identity/company_passes.py",  # the directory's own pass is sealed for its owner's page
    "bot/identity/methods/totp.py",  # an authenticator's key makes its codes, and is put into its link
    "bot/identity/methods/access_pass.py",  # what was typed is looked up under its MAC
    "bot/identity/methods/approval_devices.py",  # a phone says by which key it signs
    "bot/identity/methods/approving.py",  # a code that leads to a registration is compared
    "bot/identity/methods/security_questions.py",  # answers are hashed, and compared with hashes
    "bot/identity/methods/passkey.py",  # what a browser has signed says by which key
    "bot/identity/methods/passkey_credentials.py",  # a credential says by which key it signs
    "bot/identity/methods/passkey_responses.py",  # what a browser has signed is read
    "bot/identity/methods/call.py",  # a number is taken from its extension, and shown in part
    "bot/identity/methods/email.py",  # an address says which domain it is of, and is shown in part
    "bot/identity/methods/sms.py",  # a number is shown in part
    "bot/identity/taken_addresses.py",  # what is taken off the file is told, sealed on the way
    "bot/identity/sprays.py",  # where somebody is wrong from is counted under its MAC
    "bot/identity/attempt_limits.py",  # a destination is counted under its MAC
    "bot/identity/directory_contacts.py",  # a number that the directory has is named by its MAC
    "bot/identity/registered.py",  # a registered method is sealed
    "bot/identity/methods/recovery.py",  # recovery codes become MACs
    "bot/identity/phone_numbers.py",  # a number says which country and range it is of
    "bot/messaging/sealed_address.py",  # an address is sealed on its way
    "bot/notify/code_mail.py",  # a code goes into its message
    "bot/policy/passwords.py",  # a password is held to the rules
    "bot/platform/secret.py",
    "bot/settings/settings.py",  # the database's address is put together
    "bot/writeback/enrolment_codes.py",  # an agent's code is a key for what it proves
    "store/argon2_hash.py",  # a password is hashed
)


def test_secrets_are_revealed_in_the_listed_files_and_in_no_other() -> None:
    assert sorted(str(path) for path in modules(*CODE) if reveals(parsed(path))) == sorted(MAY_REVEAL)


def test_a_method_passed_on_uncalled_counts_as_well() -> None:
    assert reveals(ast.parse("key = map(Secret.reveal, secrets)"))
    assert not reveals(ast.parse("class Secret:\n    def reveal(self): ..."))


def reveals(module: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "reveal" for node in ast.walk(module))

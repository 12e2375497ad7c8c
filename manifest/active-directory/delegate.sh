#!/bin/sh
# Gives Unlatch's service account its rights on a Samba domain: what delegate.ps1 does on Windows. docs/active-directory.md says why each.
#
#   delegate.sh ACCOUNT BASE OU...        delegate.sh svc-unlatch DC=corp,DC=example OU=Staff,DC=corp,DC=example
#
# CONTACTS=1 also lets it write the mobile numbers and private addresses that people have proved (contacts = true in unlatch.toml).
# SAMBA_TOOL_OPTIONS is passed on to samba-tool, such as "-H ldaps://dc1.corp.example -U Administrator".
set -eu

[ $# -ge 3 ] || { sed -n 2,7p "$0" >&2; exit 2; }
account=$1 base=$2
shift 2

user=bf967aba-0de6-11d0-a285-00aa003049e2           # class user
reset_password=00299570-246d-11d0-a768-00aa006e0529 # extended right Reset Password
lockout_time=28630ebf-41d5-11d1-a9c1-0000f80367c1   # attribute lockoutTime
pwd_last_set=bf967a0a-0de6-11d0-a285-00aa003049e2   # attribute pwdLastSet
mobile=f0f8ffa3-1191-11d0-a060-00aa006c33ed         # attribute mobile
other_mailbox=0296c123-40da-11d1-a9c0-0000f80367c1  # attribute otherMailbox

# shellcheck disable=SC2086 # a list of options
tool() { samba-tool "$@" ${SAMBA_TOOL_OPTIONS:-}; }

sid=$(tool user show "$account" --attributes=objectSid | sed -n 's/^objectSid: //p')
[ -n "$sid" ] || { echo "There is no account $account." >&2; exit 1; }

for ou in "$@"; do
  # On the users below, not on the unit itself.
  tool dsacl set --objectdn="$ou" --sddl="(OA;CIIO;CR;$reset_password;$user;$sid)" >/dev/null
  tool dsacl set --objectdn="$ou" --sddl="(OA;CIIO;RPWP;$lockout_time;$user;$sid)" >/dev/null
  tool dsacl set --objectdn="$ou" --sddl="(OA;CIIO;RPWP;$pwd_last_set;$user;$sid)" >/dev/null
  [ -z "${CONTACTS:-}" ] || for attribute in "$mobile" "$other_mailbox"; do
    tool dsacl set --objectdn="$ou" --sddl="(OA;CIIO;RPWP;$attribute;$user;$sid)" >/dev/null
  done
done

# Fine-grained password policies may be read, so that people are told the rules that hold for them.
tool dsacl set --objectdn="CN=Password Settings Container,CN=System,$base" --sddl="(A;CI;LCRPLORC;;;$sid)" >/dev/null

"""What a test's domain controller is told: its own folders, its own loopback address, and nothing beyond."""

from pathlib import Path

REALM, DOMAIN, HOST = "CORP.EXAMPLE.TEST", "CORP", "dc1"
NAME, BASE = "dc1.corp.example.test", "DC=corp,DC=example,DC=test"
FOLDERS = ("etc", "private", "state", "cache", "lock", "run", "log", "tls", "ncalrpc", "ntp_signd", "bind-dns")


def smb_conf(folder: Path, address: str, services: str) -> str:
    """`old password allowed period`: by default the former password goes on opening for an hour, as with NTLM in Windows."""
    return f"""[global]
server role = active directory domain controller
realm = {REALM}
workgroup = {DOMAIN}
netbios name = {HOST.upper()}
interfaces = {address}/8
bind interfaces only = yes
server services = {services}
dns update command = /bin/true
private dir = {folder}/private
state directory = {folder}/state
cache directory = {folder}/cache
lock directory = {folder}/lock
pid directory = {folder}/run
ncalrpc dir = {folder}/ncalrpc
binddns dir = {folder}/bind-dns
ntp signd socket directory = {folder}/ntp_signd
log file = {folder}/log/log.%m
log level = 1
max log size = 0
posix:eadb = {folder}/private/eadb.tdb
vfs objects = dfs_samba4, acl_xattr, xattr_tdb
load printers = no
disable spoolss = yes
printcap name = /dev/null
tls enabled = yes
tls keyfile = {folder}/tls/key.pem
tls certfile = {folder}/tls/cert.pem
tls cafile = {folder}/tls/ca.pem
tls verify peer = no_check
ldap server require strong auth = yes
old password allowed period = 0
ldb:nosync = true
[sysvol]
path = {folder}/state/sysvol
read only = no
[netlogon]
path = {folder}/state/sysvol/{REALM.lower()}/scripts
read only = no
"""


def krb5_conf(address: str) -> str:
    """For kinit: no name is looked up anywhere."""
    return f"""[libdefaults]
default_realm = {REALM}
dns_lookup_realm = false
dns_lookup_kdc = false
rdns = false
dns_canonicalize_hostname = false
udp_preference_limit = 1
[realms]
{REALM} = {{
kdc = {address}
kpasswd_server = {address}
admin_server = {address}
}}
[domain_realm]
.{REALM.lower()} = {REALM}
{HOST} = {REALM}
"""


def write(folder: Path, address: str, services: str) -> Path:
    """The whole folder's settings. Returns smb.conf."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "private").chmod(0o700)
    (folder / "ntp_signd").chmod(0o750)
    conf = folder / "etc" / "smb.conf"
    conf.write_text(smb_conf(folder, address, services), encoding="utf-8")
    (folder / "etc" / "krb5.conf").write_text(krb5_conf(address), encoding="utf-8")
    return conf

"""The domain of the tests: provisioned and furnished once, kept under the hash of all that makes it."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.kit import samba_conf
from tests.kit.samba_conf import BASE, DOMAIN, HOST, NAME, REALM

MAKER = Path(__file__).with_name("samba_template.py")
PYTHON = "/usr/bin/python3"  # the one that Debian's Samba is made for
DELEGATE = Path(__file__).parents[2] / "manifest" / "active-directory" / "delegate.sh"
ADMIN_PASSWORD, SERVICE_PASSWORD = "Adm1n-Passw0rd!", "Svc-Passw0rd-1!"
ADMIN, SERVICE, NOTHING = (f"{login}@corp.example.test" for login in ("Administrator", "svc-unlatch", "svc-nothing"))
LOCKOUT = "--account-lockout-duration=30 --reset-account-lockout-after=30"
PSO = "domain passwordsettings pso"
STEPS = f"""
domain passwordsettings set --complexity=off --history-length=3 --min-pwd-length=10 --min-pwd-age=0 --max-pwd-age=42 \
 --account-lockout-threshold=3 {LOCKOUT}
ou create OU=Staff
ou create OU=Groups
ou create OU=Service
user create svc-unlatch {SERVICE_PASSWORD} --userou=OU=Service
user setexpiry svc-unlatch --noexpiry
user create svc-nothing {SERVICE_PASSWORD} --userou=OU=Service
spn add ldap/{NAME} DC1$
group add pso-strict --groupou=OU=Service
group add pso-slow --groupou=OU=Service
{PSO} create strict 10 --min-pwd-length=16 --complexity=on --history-length=7 --min-pwd-age=0 \
 --account-lockout-threshold=2 {LOCKOUT}
{PSO} create slow 20 --min-pwd-length=10 --complexity=off --history-length=3 --min-pwd-age=1 --max-pwd-age=42 \
 --account-lockout-threshold=3 {LOCKOUT}
{PSO} create service 1 --min-pwd-length=14 --account-lockout-threshold=0 --max-pwd-age=0
{PSO} apply strict pso-strict
{PSO} apply slow pso-slow
{PSO} apply service svc-unlatch
"""


def template(kept: Path) -> Path:
    """Made by whoever comes first."""
    sources = (MAKER, Path(samba_conf.__file__), Path(__file__), DELEGATE)
    folder = kept / hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _provision(folder)
            (folder / "ready").touch()
    return folder


def _provision(folder: Path) -> None:
    conf = samba_conf.write(folder, "127.0.0.1", "ldap")
    steps = [step for step in STEPS.splitlines() if step]
    here = f"-H tdb://{folder}/private/sam.ldb -s {conf}"
    told = {
        "conf": str(conf),
        "realm": REALM,
        "domain": DOMAIN,
        "host": HOST,
        "admin": ADMIN_PASSWORD,
        "steps": [f"{step} {here}" for step in steps],
    }
    run = subprocess.run([PYTHON, "-I", MAKER], check=False, input=json.dumps(told).encode(), capture_output=True)
    if run.returncode:
        raise RuntimeError(run.stderr.decode())
    options = os.environ | {"SAMBA_TOOL_OPTIONS": here}
    subprocess.run([DELEGATE, "svc-unlatch", BASE, f"OU=Staff,{BASE}"], env=options, check=True)

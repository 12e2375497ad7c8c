"""Provisions a domain and furnishes it, run by the Python that Debian's Samba belongs to; what to do comes as JSON on stdin.

It stands alone: our packages aren't in that Python. Prints nothing but faults.
"""

import json
import logging
import sys
from pathlib import Path

import samba.param
from samba.auth import system_session
from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2
from samba.netcmd.main import cmd_sambatool
from samba.provision import provision


def main(conf: str, realm: str, domain: str, host: str, admin: str, steps: list[str]) -> None:
    """The system volume's rights are left out: they would need root, and no test looks at them."""
    kept, lp = Path(conf).read_text(encoding="utf-8"), samba.param.LoadParm()
    lp.load(conf)
    provision(
        logging.getLogger("provision"),
        system_session(),
        smbconf=conf,
        lp=lp,
        realm=realm,
        domain=domain,
        hostname=host,
        hostip="127.0.0.1",
        adminpass=admin,
        serverrole="active directory domain controller",
        dns_backend="NONE",
        use_rfc2307=True,
        skip_sysvolacl=True,
        use_ntvfs=False,
        dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2,
    )
    Path(conf).write_text(kept, encoding="utf-8")  # provisioning writes its own
    for step in steps:
        if failed := cmd_sambatool()._run("samba-tool", *step.split()):
            raise SystemExit(f"samba-tool {step}: {failed}")


if __name__ == "__main__":
    given = json.load(sys.stdin)
    sys.stdout = sys.stderr
    main(**given)

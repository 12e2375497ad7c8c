"""The town of the tests with a real domain controller behind it: the same application, and accounts that people sign in with."""

from dataclasses import replace
from pathlib import Path

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.ldap.wire import Wire
from bot.accounts.administration import Administration
from bot.accounts.directory import Directory
from tests.kit.ad_directory import AdministeredActiveDirectory, place
from tests.kit.proxy import Proxy
from tests.kit.samba import SERVICE, SERVICE_PASSWORD, DomainController
from tests.kit.samba_conf import BASE
from tests.kit.town import Town


class CorpTown(Town):
    """The service account reaches the domain through a proxy, which may be silenced or cut."""

    def __init__(
        self, folder: Path, migrated: Path, corp: AdministeredActiveDirectory, server: DomainController, proxy: Proxy
    ) -> None:
        super().__init__(folder, migrated)
        self.corp, self.proxy = corp, proxy
        self._place = replace(place(server, SERVICE, SERVICE_PASSWORD), hosts=(proxy.host,))
        self._wires: list[Wire] = []

    @property
    def template(self) -> bool:
        """People live in another database this time."""
        return False

    def administration(self) -> Administration:
        return self.corp

    def served(self) -> Directory:
        self._wires.append(Wire(self._place))
        return ActiveDirectory("contoso", self._wires[-1], BASE, self.corp.world)

    async def close(self) -> None:
        await super().close()
        while self._wires:
            self._wires.pop().close()

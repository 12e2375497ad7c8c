"""The app is installed for somebody who never wrote to it, by Microsoft Graph, where an admin has allowed that."""

from dataclasses import dataclass
from urllib.parse import quote

from adapters.teams.connector import AGAIN, answer_body
from adapters.teams.credentials import Credentials
from adapters.teams.endpoints import Endpoints
from adapters.teams.http_client import Unanswered
from bot.platform.job_outbox import NotNow

RIGHT = "TeamsAppInstallation.ReadWriteSelfForUser.All"  # for itself alone, and for any user
HAS_IT = 409


@dataclass(frozen=True)
class GraphInstall:
    """`catalogue_id`: what the organisation's catalogue calls the app, which isn't what its manifest does."""

    catalogue_id: str
    endpoints: Endpoints
    credentials: Credentials  # for Graph

    async def install(self, object: str) -> None:
        """For the person of this object id; whoever has it keeps it. Raises ApiRefused, NotNow."""
        url = f"{self.endpoints.graph}/v1.0/users/{quote(object, safe='')}/teamwork/installedApps"
        app = f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{self.catalogue_id}"
        try:
            answer = await self.credentials.call("POST", url, {"teamsApp@odata.bind": app})
        except Unanswered:
            raise NotNow(AGAIN) from None
        if answer.theirs:
            raise NotNow(AGAIN)
        if answer.status != HAS_IT:
            answer_body(answer)

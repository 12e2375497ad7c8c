"""A town whose directory keeps each password for a while, as a domain does by default for a day."""

from sqlalchemy import text

from tests.kit.town import Town

DAY = 86400.0
KEEPS = text("update directory_account set minimum_age = :age, changed_at = :now")


async def keeps_passwords(town: Town, seconds: float = DAY) -> None:
    """From now on, and those in force since now."""
    async with town.app.store.database.write("minimum age") as conn:
        await conn.execute(KEEPS, {"age": seconds, "now": town.clock.now})

"""How far a backfill is, for those who look at Prefect's pages: a progress artifact over all its units."""

from uuid import UUID

from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

KEY = "backfill-progress"


class UnitProgress:
    """The progress artifact of one backfill: made with the first unit that ends, and updated at each whole percent."""

    def __init__(self) -> None:
        """Begins without units."""
        self._total = self._done = self._shown = 0
        self._artifact: UUID | None = None

    def expect(self, units: int) -> None:
        """Takes so many more units into account."""
        self._total += units

    async def note(self, units: int = 1) -> None:
        """Notes that so many units have ended."""
        self._done += units
        percent = int(100 * self._done / max(self._total, self._done, 1))
        if self._artifact and percent == self._shown:
            return
        self._shown = percent
        description = f"{self._done} of {self._total} units have ended"
        if self._artifact is None:
            self._artifact = await acreate_progress_artifact(percent, key=KEY, description=description)
        else:
            await aupdate_progress_artifact(self._artifact, percent, description=description)

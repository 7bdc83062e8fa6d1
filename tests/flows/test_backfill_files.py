"""What a backfill from WARC files says of one that it could not go through."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flows import backfill_files
from flows.backfill_files import import_cc_news, import_warc_files
from flows.progress import UnitProgress
from storage.layout import Layout
from tasks.run import Run
from tasks.units import FileUnit
from tasks.via import Via
from tasks.warc_import import WarcFile

REASON = "a record is torn"
UNIT = FileUnit(Via.WARC, "flipped.warc.gz/178484", frozenset())


class Unshown(UnitProgress):
    """Progress that nobody looks at."""

    async def note(self, units: int = 1) -> None:
        """Notes nothing."""


async def find_damage(*_: Any) -> dict[str, Any]:
    """Stands in for an import that ended at a damage."""
    return {"unit_id": UNIT.unit_id, "is_done": False, "reason": REASON}


@pytest.mark.parametrize("via", [Via.WARC, Via.CC_NEWS])
def test_a_bad_file_is_named_by_its_place(via: Via, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of the run names the file, or its address, and not what the backfill calls it within."""

    async def list_month(*_: Any) -> dict[FileUnit, str]:
        return {UNIT: "https://data.example/flipped.warc.gz"}

    stand_ins = {"import_file": find_damage, "import_stream": find_damage, "note_month": find_damage}
    for name, stand_in in {**stand_ins, "list_month": list_month}.items():
        monkeypatch.setattr(backfill_files, name, stand_in)
    place = tmp_path / "flipped.warc.gz"
    day = date(2020, 1, 1)
    work = (
        import_warc_files([WarcFile(place, place.name, 178484)], Unshown(), again=True)
        if via is Via.WARC
        else import_cc_news(day, day, Unshown(), again=True)
    )
    errors: list[str] = []
    run = SimpleNamespace(layout=Layout(tmp_path), started_at=datetime.now(UTC))
    asyncio.run(work([], cast("Run", run), errors))
    assert errors == [f"{place if via is Via.WARC else 'https://data.example/flipped.warc.gz'}: {REASON}"]

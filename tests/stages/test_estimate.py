"""What a backfill would do, told before anything is asked."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.tables import commit_rows, make_frame
from tasks.estimate import count_done_units, estimate_backfill
from tasks.via import Via
from tests.imports.conftest import Capture, write_warc
from tests.stages.conftest import Nights, make_page, make_source

JANUARY, MARCH = date(2019, 1, 1), date(2019, 3, 31)
MAY = datetime(2024, 5, 3, tzinfo=UTC)


def estimate(nights: Nights, via: Via, path: Path | None = None, **options: Any) -> list[dict[str, Any]]:
    """Estimates three months, or the files at a path."""
    days = (None, None) if path else (JANUARY, MARCH)
    return estimate_backfill(
        nights.layout, [make_source()], via, *days, path, **{"again": False, "pace": 1.0, **options}
    )


def test_a_live_backfill_is_estimated_by_what_was_seen(nights: Nights) -> None:
    """Pages a month and bytes a page are those of the archive; without any they are null."""
    (unknown,) = estimate(nights, Via.LIVE)
    assert unknown == {"source": "post", "units": 3, "requests": None, "megabytes": None, "minutes": None}
    nights.site.pages |= {"/a": make_page(), "/b": make_page("Another")}
    nights.run("/a", "/b", published_at=MAY)
    (known,) = estimate(nights, Via.LIVE)
    assert (known["requests"], known["minutes"]) == (6, 0.1)


@pytest.mark.parametrize(("via", "requests"), [(Via.WAYBACK, 3), (Via.COMMONCRAWL, 6)])
def test_of_a_web_archive_the_least_requests_to_its_index_are_told(via: Via, requests: int, nights: Nights) -> None:
    """A month of a host is at least one query, which Common Crawl counts first; what they list nobody knows."""
    (row,) = estimate(nights, via)
    assert (row["units"], row["index_requests"], row["requests"]) == (3, requests, None)
    assert row["minutes"] == round(requests * 2 / 60, 1)


def test_of_cc_news_the_months_are_told(nights: Nights) -> None:
    """A month has hundreds of files, which only its list can tell; one that is done says so, as files do."""
    unit = {
        "unit_id": "cc-news/2019-02/0", "via": "cc-news", "sources": ["post"], "is_done": True, "listed": 0,
        "stored": 0, "run_id": "r", "finished_at": MAY,
    }  # fmt: skip
    commit_rows(nights.layout, {"backfill_units": make_frame("backfill_units", [unit])})
    told = [(row["month"], row["index_requests"], row["is_done"]) for row in estimate(nights, Via.CC_NEWS)]
    assert told == [("2019-01", 1, False), ("2019-02", 0, True), ("2019-03", 1, False)]


def test_files_are_told_with_their_size_and_whether_they_are_done(nights: Nights, tmp_path: Path) -> None:
    """A file that an earlier backfill is done with says so, unless all is to be repeated."""
    file = tmp_path / "a.warc.gz"
    file.write_bytes(write_warc([Capture("https://www.post.example/a")])[0])
    (row,) = estimate(nights, Via.WARC, file)
    assert row == {"file": str(file), "megabytes": 0.0, "is_done": False, "refused": None}
    unit = {
        "unit_id": f"warc/a.warc.gz/{file.stat().st_size}/0", "via": "warc", "sources": ["post"], "is_done": True,
        "listed": 1, "stored": 1, "run_id": "r", "finished_at": MAY,
    }  # fmt: skip
    commit_rows(nights.layout, {"backfill_units": make_frame("backfill_units", [unit])})
    assert estimate(nights, Via.WARC, file)[0]["is_done"]
    others = [make_source(), make_source("mail")]
    assert [count_done_units(nights.layout, of, Via.WARC, None, None, file) for of in (others[:1], others)] == [1, 0]
    assert not estimate(nights, Via.WARC, file, again=True)[0]["is_done"]


def test_what_is_no_warc_file_is_told_as_refused(nights: Nights, tmp_path: Path) -> None:
    """A file in a folder that only has the name of one is no unit to come; one whose first record is damaged is."""
    content, (_, (second, _)) = write_warc(
        [Capture("https://www.post.example/a"), Capture("https://www.post.example/b")]
    )
    (tmp_path / "a.warc").write_bytes(b"<html>an error page</html>")
    (tmp_path / "b.warc.gz").write_bytes(bytes([*content[:2], 0]) + content[second:])
    (tmp_path / "c.warc.gz").write_bytes(content)
    told = [(Path(row["file"]).name, row["refused"]) for row in estimate(nights, Via.WARC, tmp_path)]
    assert told == [("a.warc", "not a WARC file"), ("b.warc.gz", None), ("c.warc.gz", None)]


@pytest.mark.parametrize("days", [(None, MARCH), (JANUARY, None)])
def test_a_call_without_days_is_no_empty_estimate(days: tuple[date | None, date | None], nights: Nights) -> None:
    """It is a mistake of ours, and does not look like a backfill that has nothing to do."""
    with pytest.raises(AssertionError):
        estimate_backfill(nights.layout, [make_source()], Via.LIVE, *days, None, again=False, pace=1.0)

"""What trying a source's discovery addresses says of each."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tasks.check_sources import Trial, try_source
from tasks.sources.load import load_source
from tests.stages.conftest import SOURCE_FILE, Nights, Site

QUIET = "\n[expect]\nlisted_per_night = 0\n"
LEFT_OUT = '\n[addresses]\nexclude = ["^/a"]\n'


def try_feed(nights: Nights, folder: Path, links: list[str], more: str) -> Trial:
    """Tries a source of which the feed has these links; `more` is added to its file."""
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    feed = f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>"
    nights.site.pages["/rss"] = (200, {"Content-Type": "application/rss+xml"}, feed.encode())
    folder.mkdir()
    path = folder / "post.toml"
    path.write_text(SOURCE_FILE + more, encoding="utf-8")

    async def collect() -> list[Trial]:
        async with nights.open() as run:
            return [trial async for trial in try_source(load_source(path), run, [folder])]

    (trial,) = asyncio.run(collect())
    return trial


HERE, THERE = "https://www.post.example/a", "https://news.post.example/a"


@pytest.mark.parametrize(
    ("links", "more", "expected"),
    [
        pytest.param([HERE], "", (1, False, None), id="a page"),
        pytest.param([HERE, THERE], "", (2, False, None), id="a page, and one elsewhere"),
        pytest.param([THERE], "", (1, False, (5, "lies on news.post.example, which hosts lacks")), id="all elsewhere"),
        pytest.param([THERE], QUIET, (1, False, (5, "lies on news.post.example")), id="elsewhere, may be quiet"),
        pytest.param([], "", (0, False, (10, "it lists nothing that is wanted")), id="nothing"),
        pytest.param([HERE], LEFT_OUT, (0, False, (10, "it lists nothing that is wanted")), id="nothing wanted"),
        pytest.param([], "\n[expect]\nlisted_per_night = 1\n", (0, False, (10, "it lists nothing")), id="too few"),
        pytest.param([], QUIET, (0, True, None), id="nothing, which is allowed"),
        pytest.param([HERE], QUIET, (1, False, None), id="a page where none is needed"),
    ],
)
def test_what_an_address_lists_is_held_against_the_file(
    nights: Nights, site: Site, tmp_path: Path, links: list[str], more: str, expected: tuple[Any, ...]
) -> None:
    """A mistake is told with the line to mend; a quiet listing is none where the file says that it may be quiet."""
    trial = try_feed(nights, tmp_path / "sources", links, more)
    listed, quiet, mistake = expected
    assert (trial.listed, trial.quiet) == (listed, quiet)
    assert (trial.problem is None, trial.line is None) == (mistake is None, mistake is None)
    if mistake:
        line, reason = mistake
        assert trial.line == f"{tmp_path}/sources/post.toml:{line}"
        assert reason in str(trial.problem)


def test_a_listing_that_fails_is_never_quiet(nights: Nights, site: Site, tmp_path: Path) -> None:
    """What is no feed is told, also of a source that may list nothing."""
    trial = try_feed(nights, tmp_path / "sources", ["mailto:nobody"], QUIET)
    assert not trial.quiet
    assert "none of its 1 entries has an address" in str(trial.problem)

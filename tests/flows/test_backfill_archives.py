"""The command `backfill --via`: from a web archive and from files, as a user runs it and as Prefect shows it."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.__main__ import main
from flows.backfill import backfill
from storage.layout import Layout
from storage.tables import read_table
from tests.imports.conftest import NEWS_FILE, Capture, WebArchives, write_warc
from tests.stages.conftest import SOURCE_FILE

SOURCE = f"{SOURCE_FILE}\n[relevance]\nrequired = false\n"
RANGE = ["--from", "2019-02", "--to", "2019-03", "--source", "post", "--json"]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """An empty archive, and one source."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "post.toml").write_text(SOURCE)
    return {"archive": tmp_path / "archive", "sources": tmp_path / "sources", "connect_to": "127.0.0.1:9"}


@pytest.fixture
def archives() -> Iterator[WebArchives]:
    """The web archives, with one capture."""
    server = WebArchives()
    server.captures = [Capture("https://www.post.example/a")]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


async def read_progress() -> list[Any]:
    """Reads the progress artifacts of backfills."""
    async with get_client() as client:
        keyed = ArtifactFilter(key=ArtifactFilterKey(any_=["backfill-progress"]))
        return list(await client.read_artifacts(artifact_filter=keyed))


def test_a_backfill_from_a_web_archive(
    archives: WebArchives, settings: dict[str, Any], run_command: Any, prefect_environment: dict[str, str]
) -> None:
    """Its months are units, its pages are stored, and the progress artifact ends at all of them."""
    settings["connect_to"] = f"127.0.0.1:{archives.server_port}"
    ran = run_command("backfill", "--via", "wayback", *RANGE, **settings)
    assert ran.status == 0, ran.err
    assert (ran.json["source_runs"][0]["stored"], archives.count("cdx")) == (1, 2)
    assert ran.json["units"] == {"done": 2, "open": 0, "skipped": None, "done_before": 0}
    with temporary_settings({PREFECT_API_URL: prefect_environment["PREFECT_API_URL"]}):
        (progress,) = asyncio.run(read_progress())
    assert (progress.data, progress.description) == (100.0, "2 of 2 units have ended")


def test_a_damaged_file_fails_the_backfill_with_file_and_offset(
    settings: dict[str, Any], run_command: Any, tmp_path: Path
) -> None:
    """What stands before the damage is stored; the command fails, and names file and offset; it needs no contact."""
    del settings["connect_to"]
    content, places = write_warc([Capture(f"https://www.post.example/{number}") for number in range(2)])
    (tmp_path / "own.warc.gz").write_bytes(content[: places[1][0] + 30])
    ran = run_command(
        "backfill", "--via", "warc", str(tmp_path / "own.warc.gz"), "--source", "post", "--json", **settings
    )
    assert ran.status == 1
    assert f"own.warc.gz: the record at {places[1][0]} is torn" in ran.json["error"]
    assert "get these from a whole copy" in ran.json["error"]
    assert ran.json["source_runs"][0]["stored"] == 1


def test_what_asks_nobody_needs_no_contact(settings: dict[str, Any], run_command: Any) -> None:
    """A dry run tells its units without a contact; the backfill itself wants one, and says how to name it."""
    del settings["connect_to"]
    dry = run_command("backfill", *RANGE, "--dry-run", **settings)
    assert (dry.status, dry.json[0]["units"]) == (0, 2)
    ran = run_command("backfill", *RANGE, **settings)
    assert ran.status == 2
    assert "Set it to an e-mail or web address" in ran.err
    misspelt = run_command("backfill", "--from", "2019-02", "--to", "2019-03", "--source", "pots", **settings)
    assert "pots" in misspelt.err


def test_a_month_of_cc_news_goes_on_where_a_file_was_lost(
    archives: WebArchives, settings: dict[str, Any], run_command: Any
) -> None:
    """A file that cannot be had fails the run and leaves its month open; the next backfill takes both up."""
    settings["connect_to"] = f"127.0.0.1:{archives.server_port}"
    command = ("backfill", "--via", "cc-news", "--from", "2019-03", "--to", "2019-03", "--source", "post", "--json")
    archives.failing = {NEWS_FILE: 503}
    ran = run_command(*command, **settings)
    assert ran.status == 1
    assert ran.json["error"].startswith(f"https://data.commoncrawl.org/{NEWS_FILE}: server_error: HTTP 503")
    units = read_table(Layout(settings["archive"]), "backfill_units")
    reasons = dict(units.select("unit_id", "reason").iter_rows())
    assert "1 files are still to be had" in reasons.values()
    archives.failing = {}
    assert run_command(*command, **settings).status == 0
    assert read_table(Layout(settings["archive"]), "backfill_units")["is_done"].all()


def test_a_wrong_path_is_wrong_usage(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A path that is not there ends in status 2, before anything runs, and is named."""
    for name, value in settings.items():
        monkeypatch.setenv(f"INSPECTION_NEWS_{name.upper()}", str(value))
    monkeypatch.setattr("flows.commands.prepare_environment", lambda **_: None)
    monkeypatch.setattr("sys.argv", ["inspection-news", "backfill", "--via", "warc", str(tmp_path / "gone.warc.gz")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "gone.warc.gz: no such file" in capsys.readouterr().err
    assert not settings["archive"].exists()


def test_parameters_make_a_form() -> None:
    """Each parameter has a type and a description, and the ways are a choice, so that Prefect's page shows a form."""
    schema = backfill.parameters
    assert list(schema.properties) == ["start", "end", "sources", "again", "via", "path"]
    assert all(described.get("description") for described in schema.properties.values())
    (ways,) = (definition for definition in schema.definitions.values() if "enum" in definition)
    assert ways["enum"] == ["live", "wayback", "commoncrawl", "cc-news", "warc"]
    assert schema.required == []

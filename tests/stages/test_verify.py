"""What `verify` finds in an archive that is not whole."""

from pathlib import Path

import polars as pl
import pytest

from storage.errors import DamagedError
from storage.layout import Layout
from storage.scan import list_partitions, scan_table
from storage.schemas import TABLES
from storage.tables import commit_rows, read_table
from tasks import verify
from tasks.verify import check_tables, verify_archive
from tests.stages.conftest import Nights, make_page


def run_night(nights: Nights) -> Layout:
    """Runs a night of two articles."""
    nights.site.pages |= {f"/{number}": make_page(f"Ofsted rates council {number}") for number in range(2)}
    nights.run("/0", "/1")
    return nights.layout


def tear_text(path: Path) -> None:
    """Spoils the texts of a file of articles, and nothing else of it."""
    pl.read_parquet(path, hive_partitioning=False).write_parquet(path, compression="uncompressed")
    path.write_bytes(path.read_bytes().replace(b"Ofsted inspectors visited", b"\xff" * 25))


def list_failed(layout: Layout) -> dict[str, str | None]:
    """Lists the checks that did not pass, with their notes."""
    return {check.name: check.notes for check in verify_archive(layout) if not check.passed}


def test_a_torn_column_of_any_kind_is_found(nights: Nights) -> None:
    """Every column is read, and the file named; what stands on its table cannot be checked, and all else is."""
    layout = run_night(nights)
    assert list_failed(layout) == {}
    (path,) = list_partitions(layout, "articles")
    tear_text(path)
    assert scan_table(layout, "articles").select(TABLES["articles"].required).collect().height == 2
    failed = list_failed(layout)
    told = str(failed.pop("table articles"))
    assert told.startswith(f"{path.relative_to(layout.root)} cannot be read: ")
    assert told.endswith("; get it from a backup, then run verify again")
    assert failed == dict.fromkeys(
        ("addresses to rows", "articles to captures", "articles to site_memories"),
        "cannot be checked: table articles cannot be read",
    )


def test_whatever_needs_a_torn_table_says_so(nights: Nights) -> None:
    """A table of captures that broke off leaves six checks undone, and ends none of the others."""
    layout = run_night(nights)
    (path,) = list_partitions(layout, "captures")
    path.write_bytes(path.read_bytes()[:100])
    failed = list_failed(layout)
    assert "cannot be read: parquet" in str(failed.pop("table captures"))
    on_captures = (f"{table} to captures" for table in ("addresses", "articles", "inspections", "rejections"))
    undone = ("captures", "addresses to rows", *on_captures)
    assert failed == dict.fromkeys(undone, "cannot be checked: table captures cannot be read")


def test_a_file_that_a_run_still_appends_to_is_not_missing(nights: Nights) -> None:
    """Captures that a run has committed are looked for in its open file, too."""
    layout = run_night(nights)
    for path in layout.warc.rglob("*.warc.gz"):
        path.rename(f"{path}.open")
    assert list_failed(layout) == {}


def test_work_on_a_torn_table_is_refused(nights: Nights) -> None:
    """The message names table and file, before anything is made from it."""
    layout = run_night(nights)
    check_tables(layout)
    (path,) = list_partitions(layout, "articles")
    tear_text(path)
    with pytest.raises(DamagedError, match=f"^{path.relative_to(layout.root)} cannot be read"):
        check_tables(layout)


def test_a_stored_address_without_its_row_is_found(nights: Nights) -> None:
    """An address whose article is gone is named, whoever wrote the table without it."""
    layout = run_night(nights)
    articles = read_table(layout, "articles").sort("url")
    commit_rows(layout, {}, replacements={"articles": articles.tail(1)})
    assert list_failed(layout) == {"addresses to rows": f"no article or inspection of {articles['url'][0]}"}


def test_an_address_that_leads_elsewhere_has_its_row(nights: Nights) -> None:
    """The article of an address that redirects has the address where it was found."""
    nights.site.pages |= {"/b": make_page(), "/a": (301, {"Location": "https://www.post.example/b"}, b"")}
    nights.run("/a")
    assert read_table(nights.layout, "articles").height == 1
    assert list_failed(nights.layout) == {}


def test_doubled_and_empty_rows_are_found(nights: Nights) -> None:
    """Rows that share a key, over the files of a table, and required values that are null are counted."""
    layout = run_night(nights)
    (path,) = list_partitions(layout, "articles")
    rows = pl.read_parquet(path, hive_partitioning=False)
    other = layout.partition("articles", 1999, 1)
    other.parent.mkdir(parents=True)
    rows.with_columns(capture_id=pl.lit(None, pl.String)).write_parquet(other)
    [(table, told)] = list_failed(layout).items()
    assert table == "table articles"
    assert str(told).endswith("; 2 rows share a key; 2 rows without capture_id")


def test_damaged_warc_files_are_named_with_what_to_do(nights: Nights) -> None:
    """So are those that are gone, or end before a capture."""
    layout = run_night(nights)
    (path,) = layout.warc.rglob("*.warc.gz")
    name, whole = path.relative_to(layout.warc), path.read_bytes()
    what_to_do = "; get it from a backup, then run verify again"
    path.write_bytes(whole[:1000])
    torn = list_failed(layout)
    assert torn.keys() == {"warc files", "captures"}
    assert str(torn["warc files"]).startswith(f"{name}: the record at ")
    assert str(torn["captures"]).startswith(f"{name} ends at 1000, a capture at ")
    assert all(str(told).endswith(what_to_do) for told in torn.values())
    path.unlink()
    assert list_failed(layout) == {"captures": f"{name} is missing{what_to_do}"}


@pytest.mark.parametrize(
    "find", ["find_lost_places", "find_lost_rows", "find_lost_captures", "find_lost_memories"], ids=str
)
def test_what_a_run_commits_meanwhile_is_not_lost(find: str, nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was missing when one table was read, and is there at a second look, is no finding; nor what is new then."""
    looks = {}

    def look(_layout: Layout, table: str = "") -> list[str]:
        looks[table] = looks.get(table, 0) + 1
        return ["came late", "is lost"] if looks[table] == 1 else ["is lost", "comes late"]

    monkeypatch.setattr(verify, find, look)
    failed = list_failed(run_night(nights))
    assert failed
    assert set(failed.values()) == {"is lost"}

"""A night on the recorded web: all sources, real pages and reports, and then the same night again."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from storage.schemas import TABLES

SOURCE = """
name = "{name}"
title = "{name}"
publisher = "{name}"
kind = "news"
hosts = ["{host}"]
notes = "a national outlet of the recorded web, whose pages are about other things"
[[discover]]
method = "feed"
url = "https://{host}/rss.xml"
"""
#: Packaged sources all of whose listings are recorded; most others lack theirs, fail, and say so.
RECORDED = {"blackpool-gazette", "community-care", "cyp-now", "localgov", "ofsted-reports"}
FACTS = ("articles", "article_versions", "inspections", "judgements", "duplicates", "rejections", "addresses")


@pytest.fixture(scope="module")
def web(shared: Path) -> dict[str, Any]:
    """What the recorded web has."""
    described: dict[str, Any] = json.loads((shared / "recorded_web" / "web.json").read_text())
    return described


@pytest.fixture(scope="module")
def night(
    serve_recorded_web: str, web: dict[str, Any], run_command: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """An archive after two nights: what each run printed, and what the second one asked for."""
    folder = tmp_path_factory.mktemp("night")
    (folder / "sources").mkdir()
    for site in web["sites"]:
        if site.get("irrelevant") and site["host"] != "www.bbc.com":
            name = site["host"].replace(".", "-")
            (folder / "sources" / f"{name}.toml").write_text(SOURCE.format(name=name, host=site["host"]))
    settings = {"archive": folder / "archive", "sources": folder / "sources", "connect_to": serve_recorded_web}
    first = run_command("nightly", "--json", **settings)
    tables = {name: read(folder / "archive", name) for name in FACTS}
    asked = count_requests(serve_recorded_web)
    second = run_command("nightly", "--json", **settings)
    newly_asked = {key: count - asked.get(key, 0) for key, count in count_requests(serve_recorded_web).items()}
    return {
        "archive": folder / "archive",
        "first": first.json,
        "second": second.json,
        "status": (first.status, second.status),
        "tables": tables,
        "newly_asked": {key for key, count in newly_asked.items() if count},
        "verify": run_command("verify", **settings).status,
    }


def count_requests(address: str) -> dict[str, int]:
    """Counts the requests that the recorded web has had, by host and path."""
    with urllib.request.urlopen(f"http://{address}/__stats") as answer:
        counted: dict[str, int] = json.load(answer)
        return counted


def read(archive: Path, table: str) -> pl.DataFrame:
    """Reads a table as an analyst would: by glob."""
    files = list((archive / "tables" / table).rglob("*.parquet"))
    return pl.read_parquet(files, hive_partitioning=False).sort(TABLES[table].key) if files else pl.DataFrame()


def squeeze(text: str) -> str:
    """Makes runs of spaces one space."""
    return re.sub(r"\s+", " ", text)


def test_the_seed_articles_are_read_as_people_read_them(night: dict[str, Any], shared: Path) -> None:
    """Each seed article is there, from its first to its last sentence, and nothing of what surrounds it."""
    articles = night["tables"]["articles"]
    gold = json.loads((shared / "seeds" / "gold.json").read_text())["articles"]
    assert articles.height == len(gold)
    for expected in gold:
        (row,) = articles.filter(pl.col("title") == expected["title"]).to_dicts()
        text = squeeze(row["text"])
        assert squeeze(expected["body_first"]) in text
        assert squeeze(expected["body_last"]) in text
        assert [words for words in expected["not_body"] if words in text] == []
        assert row["publisher"]
        if expected["published"]:
            assert row["published_at"].date().isoformat() == expected["published"]
        if expected["authors"]:
            assert row["authors"] == expected["authors"]


def test_every_report_is_archived_and_an_inspection(night: dict[str, Any], web: dict[str, Any]) -> None:
    """All report PDFs are captures and inspections; the dead file ids are soft 404s and no inspections."""
    living = {report["file_id"] for report in web["reports"] if report["pdf"]}
    dead = {report["file_id"] for report in web["reports"] if not report["pdf"]}
    inspections, addresses = night["tables"]["inspections"], night["tables"]["addresses"]
    assert set(inspections["url"].str.extract(r"(\d+)$")) == living
    captures = read(night["archive"], "captures").filter(pl.col("content_mime_detected") == "application/pdf")
    assert set(captures["url"].str.extract(r"(\d+)$")) == living
    ends = addresses.filter(pl.col("outcome") == "soft_404")["url"].str.extract(r"(\d+)$")
    assert set(ends) == dead
    assert inspections["kind"].null_count() == 0
    assert inspections["published_on"].null_count() == 0


def test_an_authoritys_history_is_one_query(night: dict[str, Any]) -> None:
    """Blackpool's inspections, found by its GSS code alone, come with dates, who led, grades, page and evidence."""
    inspections, judgements = night["tables"]["inspections"], night["tables"]["judgements"]
    history = inspections.filter(pl.col("gss_code") == "E06000009").sort("published_on")
    assert history.select("kind", "framework", pl.col("lead_inspectors").list.join(" and ")).rows() == [
        ("sif", "SIF 2013", "Janet Fraser"),
        ("ilacs", "ILACS 2018", "Lorna Schlechte"),
        ("ilacs", "ILACS 2018", "Lisa Summers"),
        ("area_send", "Area SEND 2023", "Rebecca Sharples and Andrea Crosby-Josephs"),
        ("jtai", None, ""),
        ("ilacs", "ILACS 2026", "Margaret Burke"),
    ]
    assert history["checks"].list.len().to_list() == [0] * 6
    weights = history.explode("evidence").unnest("evidence").filter(pl.col("fact").is_in(["kind", "authority"]))
    assert set(weights["confidence"]) == {"confirmed"}
    graded = history.join(judgements.filter(pl.col("aspect") == "overall"), on="inspection_id")
    assert graded.select(pl.col("published_on").dt.year(), "grade").rows() == [
        (2014, "requires_improvement"),
        (2019, "inadequate"),
        (2023, "requires_improvement"),
    ]
    assert graded["confidence"].to_list() == ["stated"] * 3
    assert graded["page"].null_count() == graded["evidence"].null_count() == history["started_on"].null_count() == 0


def test_pages_about_other_things_are_rejections_with_a_reason(night: dict[str, Any], web: dict[str, Any]) -> None:
    """Every national page that is about something else was read, is not kept, and says why."""
    pages = {page["title"] for site in web["sites"] if site.get("irrelevant") for page in site["pages"]}
    rejections = night["tables"]["rejections"].filter(pl.col("outcome") != "soft_404")
    assert rejections.height == len(pages)
    assert rejections["reason"].null_count() == 0


def test_outcomes_balance(night: dict[str, Any]) -> None:
    """Every source lists as many addresses as it has outcomes, and a source whose listings are lost fails."""
    for run in (night["first"], night["second"]):
        balances = {
            row["source"]: check["passed"]
            for row in run["source_runs"]
            for check in row["checks"]
            if check["name"] == "balance"
        }
        assert all(balances.values())
        verdicts = {row["source"]: row["verdict"] for row in run["source_runs"]}
        assert {verdicts[name] for name in RECORDED} == {"ok"}
        assert verdicts["the-guardian"] == "failed"
    assert night["status"] == (1, 1)


def test_a_second_night_fetches_and_changes_nothing(night: dict[str, Any]) -> None:
    """The same night again asks for listings alone, and leaves every row of the facts as it was."""
    pages = {key for key in night["newly_asked"] if "/v1/file/" in key or "/provider/" in key}
    articles = {
        f"{row['url'].removeprefix('https://').replace('/', ' /', 1)}" for row in night["tables"]["articles"].to_dicts()
    }
    assert pages == set()
    assert night["newly_asked"] & articles == set()
    for name in FACTS:
        assert read(night["archive"], name).equals(night["tables"][name]), name
    assert sum(row["stored"] for row in night["second"]["source_runs"]) == 0


def test_the_archive_is_whole(night: dict[str, Any]) -> None:
    """`verify` finds nothing wrong."""
    assert night["verify"] == 0


@pytest.mark.parametrize("table", ["articles", "inspections", "captures", "source_runs"])
def test_other_readers_open_the_tables_by_glob(night: dict[str, Any], table: str) -> None:
    """polars, DuckDB, and pandas through pyarrow read the same rows from the same glob."""
    glob = str(night["archive"] / "tables" / table / "**" / "*.parquet")
    rows = pl.scan_parquet(glob).collect().height
    assert rows > 0
    assert duckdb.sql(f"select count(*) from read_parquet('{glob}', hive_partitioning = true)").fetchall() == [(rows,)]  # noqa: S608 - a path of our own
    assert len(pd.read_parquet(night["archive"] / "tables" / table)) == rows

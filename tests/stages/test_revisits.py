"""Revisits: what is read already is asked for again by a source's rules, and what comes of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.records import Listed
from storage.tables import commit_rows, make_frame, read_table
from tasks import fetch
from tasks.plan import describe_listed, find_due, plan_source
from tasks.run import Tally
from tests.stages.conftest import Nights, Reply, Site, make_page, make_source
from tests.stages.rereading import KEY, expect_no_change, read_rows

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
DAY = timedelta(days=1)
DAILY = make_source(revisit=[{"every_days": 1}])
PICKY = make_source(revisit=[{"every_days": 1}], relevance={"required": True})
APPEAL = "The council has since said that it will appeal against the judgement."


def let_pass(nights: Nights, days: float) -> None:
    """Lets time pass for the addresses: all their times move back."""
    times = pl.col("asked_at", "first_listed_at", "listed_published_at") - timedelta(days=days)
    commit_rows(
        nights.layout, {}, replacements={"addresses": read_table(nights.layout, "addresses").with_columns(times)}
    )


def add_sidebar(page: Reply, text: str) -> Reply:
    """Puts a column beside the article of a page."""
    status, headers, body = page
    links = "".join(f"<li><a href='/{number}'>{text} {number}</a></li>" for number in range(5))
    return status, headers, body.replace(b"</article>", f"</article><aside><ul>{links}</ul></aside>".encode())


def commit_address(layout: Layout, key: str = "post.example/a", **values: Any) -> None:
    """Commits a decided address that was asked for nine days ago, and listed first then."""
    listed = Listed(f"https://www.{key}", "feed", "https://www.post.example/rss")
    row = describe_listed(None, listed, "post", key, NOW - 9 * DAY)
    row |= {"outcome": "stored", "capture_id": "c", "asked_at": NOW - 9 * DAY, **values}
    commit_rows(layout, {"addresses": make_frame("addresses", [row])})


def find(layout: Layout, *rules: dict[str, Any], **values: Any) -> bool:
    """Tells whether the address is due by these rules."""
    return KEY in find_due(layout, make_source(revisit=rules, **values), NOW)


@pytest.mark.parametrize(
    ("values", "rules", "expected"),
    [
        pytest.param({}, [], False, id="no rule"),
        pytest.param({}, [{"every_days": 9}], True, id="asked long enough ago"),
        pytest.param({}, [{"every_days": 10}], False, id="asked too lately"),
        pytest.param(
            {"asked_at": NOW - DAY + timedelta(hours=5)}, [{"every_days": 1}], True, id="late in the last night"
        ),
        pytest.param({"asked_at": NOW - DAY / 2}, [{"every_days": 1}], False, id="half a day ago"),
        pytest.param({}, [{"pattern": "^/a$", "every_days": 1}], True, id="the pattern is for it"),
        pytest.param({}, [{"pattern": "^/b$", "every_days": 1}], False, id="the pattern is for others"),
        pytest.param({}, [{"every_days": 1, "for_days": 9}], True, id="listed in time"),
        pytest.param({}, [{"every_days": 1, "for_days": 8}], False, id="listed too long ago"),
        pytest.param(
            {"listed_published_at": NOW - 40 * DAY},
            [{"every_days": 1, "for_days": 30}],
            False,
            id="published long before it was listed",
        ),
        pytest.param(
            {"asked_at": NOW - 3 * DAY},
            [{"every_days": 1, "for_days": 3}, {"every_days": 7, "for_days": 30}],
            False,
            id="daily days are over, the week is not",
        ),
        pytest.param({"outcome": "not_relevant"}, [{"every_days": 1}], True, id="rejected"),
        pytest.param({"outcome": "gone"}, [{"every_days": 1}], True, id="gone"),
        pytest.param({"outcome": "timeout"}, [{"every_days": 1}], False, id="failed: waits by its own rule"),
        pytest.param({"outcome": None}, [{"every_days": 1}], False, id="waits to be read"),
        pytest.param({"source": "other"}, [{"every_days": 1}], False, id="another source's"),
    ],
)
def test_finds_what_is_due(
    tmp_path: Any, values: dict[str, Any], rules: list[dict[str, Any]], *, expected: bool
) -> None:
    """An address is due by the days since it was asked for, and by the age of its page, if it is decided."""
    commit_address(Layout(tmp_path), **values)
    assert find(Layout(tmp_path), *rules) is expected


def test_what_the_file_no_longer_wants_is_not_due(tmp_path: Any) -> None:
    """An address that the source's patterns leave out by now is not asked for again."""
    commit_address(Layout(tmp_path))
    assert not find(Layout(tmp_path), {"every_days": 1}, addresses={"exclude": ["^/a"]})


def test_age_counts_from_the_date_on_the_page(nights: Nights, site: Site) -> None:
    """Where the listing has no date, the page's own says how old it is, whether it was kept or rejected."""
    status, headers, body = make_page()
    dated = body.replace(b"<head>", b"<head><meta property='article:published_time' content='2019-03-28T09:00:00Z'>")
    irrelevant = dated.replace(b"Ofsted", b"Somebody").replace(b"inspect", b"visit")
    site.pages |= {"/a": (status, headers, dated), "/b": (status, headers, irrelevant), "/c": make_page()}
    assert set(nights.run("/a", "/b", "/c", source=PICKY).outcomes.values()) == {"stored", "not_relevant"}
    let_pass(nights, 1)
    due = find_due(nights.layout, make_source(revisit=[{"every_days": 1, "for_days": 30}]), datetime.now(UTC))
    assert due == {"post.example/c"}


def test_an_unchanged_page_waits_for_its_next_turn(nights: Nights, site: Site) -> None:
    """A page that no listing has any more is asked conditionally, is unchanged, and is then left alone for a day."""
    site.pages["/a"] = make_page()
    nights.run("/a", source=DAILY)
    assert nights.run(source=DAILY).outcomes == {}
    let_pass(nights, 1)
    tally = nights.run(source=DAILY)
    assert tally.outcomes == {KEY: Outcome.UNCHANGED}
    assert (tally.found, tally.check_balance()) == (0, None)
    assert nights.run("/a", source=DAILY).outcomes == {KEY: Outcome.KNOWN}
    statuses = read_table(nights.layout, "captures").filter(pl.col("purpose") == "page").sort("fetched_at")
    assert statuses["fetch_status"].to_list() == [200, 304]
    assert [row["outcome"] for row in read_rows(nights.layout, "addresses")] == ["stored"]


def test_without_a_rule_nothing_is_asked_for_again(nights: Nights, site: Site) -> None:
    """A source without rules knows what it has."""
    site.pages["/a"] = make_page()
    nights.run("/a")
    let_pass(nights, 400)
    assert nights.run("/a").outcomes == {KEY: Outcome.KNOWN}
    assert site.requests["/a"] == 1


def test_a_changed_text_is_a_version_and_a_changed_sidebar_is_none(nights: Nights, site: Site) -> None:
    """The older text is kept with the size of the change; what stands beside the article makes no version."""
    site.pages["/a"] = add_sidebar(make_page(), "Read about council")
    nights.run("/a", source=DAILY)
    let_pass(nights, 1)
    site.pages["/a"] = add_sidebar(make_page(), "Most read of town")
    assert nights.run(source=DAILY).outcomes == {KEY: Outcome.UNCHANGED}
    assert read_table(nights.layout, "article_versions").is_empty()
    let_pass(nights, 1)
    site.pages["/a"] = add_sidebar(make_page(more=APPEAL), "Most read of town")
    assert nights.run(source=DAILY).outcomes == {KEY: Outcome.STORED}
    (older,), (newer,) = read_rows(nights.layout, "article_versions"), read_rows(nights.layout, "articles")
    assert (older["version"], newer["version"]) == (1, 2)
    assert 0 < older["change_share"] < 0.2
    assert APPEAL not in older["text"]
    assert APPEAL in newer["text"]
    assert "Most read" not in newer["text"]


def test_a_rolling_page_is_kept_each_time_it_changes(nights: Nights, site: Site) -> None:
    """A fixed page that is overwritten in place is followed: every state of it stays, whatever a night made of it."""
    url = "https://www.post.example/a"
    source = make_source(
        discover=[{"method": "pages", "urls": [url]}],
        revisit=[{"pattern": "^/a$", "every_days": 1}],
        relevance={"required": True},
    )
    quiet: Reply = (
        200,
        {},
        b"<html><body><article><h1>List</h1>" + b"<p>Nobody was seen this week.</p>" * 9 + b"</article>",
    )
    states = [make_page(), make_page(more=APPEAL), quiet, (404, {}, b"away"), make_page("Ofsted: latest visits")]
    found = []
    for state in states:
        site.pages["/a"] = state
        found.append(nights.run("/a", source=source).outcomes[KEY])
        let_pass(nights, 1)
    assert found == ["stored", "stored", "not_relevant", "gone", "stored"]
    assert sorted(row["version"] for row in read_rows(nights.layout, "article_versions")) == [1, 2]
    expect_no_change(nights, {"post": source})


def test_new_pages_go_before_those_that_are_due(nights: Nights, site: Site) -> None:
    """Within the budget what is new comes first; of what is due again, what was not asked for longest."""
    paths = ["/1", "/2", "/3"]
    site.pages |= {path: make_page(f"Ofsted rates council {path} inadequate", path) for path in [*paths, "/4"]}
    for path in paths:
        nights.run(path, source=DAILY)
    let_pass(nights, 1)
    narrow = make_source(revisit=[{"every_days": 1}], pace={"budget": 2, "interval_s": 0.0})
    rest = {"post.example/2": "deferred", "post.example/3": "deferred"}
    tally = nights.run("/4", source=narrow)
    assert tally.outcomes == {"post.example/4": "stored", "post.example/1": "unchanged", **rest}
    assert tally.check_balance() is None
    assert {row["outcome"] for row in read_rows(nights.layout, "addresses")} == {"stored"}
    assert nights.run(source=narrow).outcomes == dict.fromkeys(rest, "unchanged")


def test_a_change_over_the_budget_is_taken_up_again(nights: Nights, site: Site) -> None:
    """A listing that tells of a change once is enough: put off for the budget, the page has its turn unlisted."""
    site.pages |= {path: make_page(f"Ofsted rates council {path} inadequate", path) for path in ("/1", "/2")}
    nights.run("/1", "/2")
    site.pages |= {path: make_page(f"Ofsted rates council {path} inadequate", APPEAL) for path in ("/1", "/2")}
    narrow = make_source(pace={"budget": 1, "interval_s": 0.0})
    tally = nights.run("/1", "/2", source=narrow, modified_at=datetime.now(UTC))
    assert tally.outcomes == {"post.example/2": "stored", "post.example/1": "deferred"}
    assert nights.run(source=make_source(addresses={"exclude": ["^/1"]})).outcomes == {}
    assert nights.run(source=narrow).outcomes == {"post.example/1": "stored"}
    assert nights.run(source=narrow).outcomes == {}


def test_a_change_that_is_yet_to_come_is_waited_for(tmp_path: Any) -> None:
    """A listing that tells of a change in years to come, by mistake, does not bring the page back every night."""
    commit_address(Layout(tmp_path), listed_modified_at=NOW + 400 * DAY)
    assert not find(Layout(tmp_path))


def test_a_page_behind_a_redirect_is_unchanged(nights: Nights, site: Site) -> None:
    """What an address leads to is compared with what it led to before, and archived once; a change is a version."""
    site.pages |= {"/b": (301, {"Location": "/a"}, b""), "/a": make_page()}
    assert nights.run("/b", source=DAILY).outcomes == {"post.example/b": "stored"}
    let_pass(nights, 1)
    assert nights.run(source=DAILY).outcomes == {"post.example/b": "unchanged"}
    of_page = read_table(nights.layout, "captures").filter(pl.col("url_key") == KEY).sort("fetched_at")
    assert of_page["warc_record_type"].to_list() == ["response", "revisit"]
    assert [row["outcome"] for row in read_rows(nights.layout, "addresses")] == ["stored"]
    let_pass(nights, 1)
    site.pages["/a"] = make_page(more=APPEAL)
    assert nights.run(source=DAILY).outcomes == {"post.example/b": "stored"}
    assert [row["version"] for row in read_rows(nights.layout, "articles")] == [2]
    expect_no_change(nights, {"post": DAILY})


def test_a_redirect_that_leads_elsewhere_is_read(nights: Nights, site: Site) -> None:
    """The page that an address led to is no measure for the one that it leads to now, which may look just like it."""
    site.pages |= {"/b": (301, {"Location": "/a"}, b""), "/a": make_page(), "/c": make_page()}
    nights.run("/b", source=DAILY)
    let_pass(nights, 1)
    site.pages["/b"] = 301, {"Location": "/c"}, b""
    assert nights.run(source=DAILY).outcomes == {"post.example/b": "stored"}
    assert {row["url_key"] for row in read_rows(nights.layout, "articles")} == {KEY, "post.example/c"}
    expect_no_change(nights, {"post": DAILY})


@pytest.mark.parametrize(("every", "outcome"), [(timedelta(days=7), "unchanged"), (timedelta(0), "stored")])
def test_an_etag_that_never_changes_hides_no_change_for_long(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch, every: timedelta, outcome: str
) -> None:
    """A page is asked for whole once in so long, whatever its server says of the copy that is archived."""
    monkeypatch.setattr(fetch, "WHOLE_EVERY", every)
    status, _, body = make_page()
    site.pages["/a"] = status, {"ETag": '"fixed"'}, body
    nights.run("/a", source=DAILY)
    let_pass(nights, 1)
    status, _, body = make_page(more=APPEAL)
    site.pages["/a"] = status, {"ETag": '"fixed"'}, body
    assert nights.run(source=DAILY).outcomes == {KEY: outcome}


def test_a_backfill_asks_for_nothing_again(nights: Nights, site: Site) -> None:
    """Rules are the nights': a run over a range of dates leaves alone what is decided."""
    site.pages["/a"] = make_page()
    nights.run("/a", source=DAILY)
    let_pass(nights, 1)
    listed = {KEY: Listed("https://www.post.example/a", "feed", "https://www.post.example/rss")}

    async def plan() -> Tally:
        tally = Tally("post", datetime.now(UTC))
        async with nights.open() as run:
            await plan_source(DAILY, listed, run, tally, is_night=False)
        return tally

    assert asyncio.run(plan()).outcomes == {KEY: Outcome.KNOWN}


def test_a_history_of_revisits_is_replayed_as_it_was(nights: Nights, site: Site) -> None:
    """Corrections, sidebars, failures, a text that comes back, a page that is rejected since: read again, all is so."""
    states = [
        add_sidebar(make_page(), "Read about council"),
        add_sidebar(make_page(), "Most read of town"),
        make_page(more=APPEAL),
        (503, {}, b""),
        make_page(),
        make_page("Somebody's garden", "Tulips."),
    ]
    site.pages["/b"] = (301, {"Location": "/a"}, b"")
    for state in states:
        site.pages["/a"] = state
        nights.run("/a", "/b", source=PICKY)
        let_pass(nights, 2)
    assert sorted(row["version"] for row in read_rows(nights.layout, "article_versions")) == [1, 2, 3]
    expect_no_change(nights, {"post": PICKY})

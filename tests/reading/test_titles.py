"""Titles: without the site's name, weighed from all places that state one."""

import pytest

from tasks.reading.titles import strip_site_name
from tests.reading.headed_pages import read, state

NAMES = frozenset({"northmoor gazette", "localgov co uk", "bbc news", "children young people now"})


@pytest.mark.parametrize(
    ("title", "stripped"),
    [
        ("Council told to improve - Northmoor Gazette", "Council told to improve"),
        ("Council told to improve | Education | Northmoor Gazette", "Council told to improve"),
        ("Council told to improve | Children & Young People Now", "Council told to improve"),
        ("LocalGov.co.uk - Council told to improve", "Council told to improve"),
        ("BBC NEWS | Education | Council told to improve", "Council told to improve"),
        ("Council – ‘inadequate’ – told to improve", "Council – ‘inadequate’ – told to improve"),
        ("A – ‘good’ – B - Northmoor Gazette", "A – ‘good’ – B"),
        ("Either | or", "Either | or"),
        ("Ofsted: council told to improve", "Ofsted: council told to improve"),
        ("Children's services 'require improvement'", "Children's services 'require improvement'"),
        ("Northmoor Gazette", "Northmoor Gazette"),
        ("Northmoor Gazette wins award", "Northmoor Gazette wins award"),
        ("Self-harm in custody - what inspectors found", "Self-harm in custody - what inspectors found"),
        ("Council told to improve | The Northmoor Gazette Online", "Council told to improve"),
        ("Council told to improve - Northmoor", "Council told to improve"),
        ("Told to improve: Northmoor", "Told to improve: Northmoor"),
        ("Inspectors visit - Northmoor", "Inspectors visit - Northmoor"),
        ("Council told to improve - Northmoor Gazette | Northmoor Gazette", "Council told to improve"),
        ("Council told to «improve»", "Council told to «improve»"),
        ("Service « inadéquat » dit le rapport | Northmoor Gazette", "Service « inadéquat » dit le rapport"),
        ("Northmoor Gazette » Council told to improve", "Council told to improve"),
        ("Council told to improve ‹ Northmoor", "Council told to improve"),
        ("Children&#8217;s services told to improve &amp; report", "Children’s services told to improve & report"),
    ],
)
def test_only_the_sites_name_is_stripped(title: str, stripped: str) -> None:
    """The site's name goes from either end, quotes and dashes of the headline stay."""
    assert strip_site_name(title, NAMES) == stripped


@pytest.mark.parametrize(
    ("head", "header", "listed", "title"),
    [
        ("<title>Council told to improve - Northmoor Gazette</title>", "", None, "Council told to improve"),
        (
            "<meta property=og:title content='Council told to improve'><title>Improve! | Northmoor Gazette</title>",
            "<h1>Council told to improve</h1>",
            None,
            "Council told to improve",
        ),
        (
            "<meta property=og:title content='SEO title'><title>SEO title</title>",
            "<h1>Council told to improve</h1>",
            None,
            "Council told to improve",
        ),
        ("<title>Council told to improve</title>", "<h1>Northmoor Gazette</h1>", None, "Council told to improve"),
        (
            "<title>Council told to improve</title>",
            "<h1><img alt=logo></h1><h1>Council told to improve</h1>",
            None,
            "Council told to improve",
        ),
        ("", "", "Council told to improve", "Council told to improve"),
        ("", "", None, None),
    ],
)
def test_the_headline_is_found(head: str, header: str, listed: str | None, title: str | None) -> None:
    """The visible headline comes first, then what the page says of itself, then the listing; no title is invented."""
    assert read(head, header, listed).title == title


LONG = (
    "Council told to improve the care of children at once after inspectors find failures in each of the homes that "
    "it runs"
)
ADDRESS = "https://news.example/news/council-told-to-improve-care-at-once-1234"


@pytest.mark.parametrize(
    ("head", "h1", "listed", "url", "title"),
    [
        (state(og_title="Council must mend care", title="Council told off"), "Council told off", None, "", 1),
        (
            state("Council must mend care", og_title="Council told off", title="X"),
            "Council must mend care",
            None,
            "",
            1,
        ),
        (state("Council must mend care", og_title="Care: council told off"), "Council told off", None, "", 0),
        (
            state(
                "Council must mend care", og_title="Council told to improve care", title="Council told to improve care"
            ),
            "Council told to improve care",
            None,
            ADDRESS,
            2,
        ),
        (
            state("Council must mend care", og_title="Council told to improve care", twitter_title="Council and care"),
            "Council must mend care",
            None,
            ADDRESS,
            2,
        ),
        (state("Council told off", og_title="Council must mend care"), "Council told off", None, "", 3),
        (state(og_title="All the news of your town", title="Council told off"), "Council told off", None, "", 3),
        (state(og_title="Education | Council told off"), "Council told off", None, "", 3),
        (state(og_title="Council told off at..."), "Council told off at meeting", None, "", 4),
        (state(og_title="Council told "), 'Council told "never again"', None, "", 5),
        (state("Council told off at mee"), "Council told off at meeting", None, "", 4),
        (state(LONG[:106], title=LONG), LONG, None, "", 6),
        (state(title="Council told off"), "Council told off", "Council in trouble", "", 3),
        (state("Council must mend care"), "Council told off", "Council must mend care", "", 3),
        (state(title="Council told off"), "Council told off", "Council must mend care", "", 3),
        (
            state(og_title="Council told off", title="Northmoor - Council told off"),
            "Northmoor council told off",
            "",
            "",
            3,
        ),
    ],
    ids=[
        "differs from title",
        "agrees with json-ld",
        "og:title",
        "address",
        "address decides",
        "places agree",
        "of all pages",
        "kicker",
        "cut",
        "cut at a quote",
        "cut in a word",
        "cut at 110 characters",
        "listed alone",
        "listed as one of two",
        "listed beside the visible",
        "label with a bar elsewhere",
    ],
)
def test_titles_are_weighed(head: str, h1: str, listed: str | None, url: str, title: int) -> None:
    """Editors' titles outweigh those for search engines, and that which the address is made of; never a listed one."""
    expected = (
        "Care: council told off",
        "Council must mend care",
        "Council told to improve care",
        "Council told off",
        "Council told off at meeting",
        'Council told "never again"',
        LONG,
    )
    assert read(head, f"<h1>{h1}</h1>", listed, url or "https://news.example/a").title == expected[title]

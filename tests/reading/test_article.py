"""Reading whole pages: the five real articles, and pages made of what goes wrong."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.outcomes import Outcome
from tasks.reading import main_text
from tasks.reading.article import read_article
from tasks.reading.page import Article, PageInput, ReadingRules, Rejected
from tasks.reading.relevance import score_relevance

FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "".join(
    f"<p>Inspectors visited unit {n} of the service in May and found that staff knew the "
    f"children well, kept good records, "
    f"and asked for help early when something was amiss.</p>"
    for n in range(8)
)
SEEDS = (
    "000_af684bd11df643a1",
    "001_6ffa31b3c5cac371",
    "002_7142127e91444dd5",
    "003_7ca81713ef73dbca",
    "004_7b1a5774b6bb6740",
)
#: What a source's file may say of them: with and without, the same must be read.
SELECTORS = {
    "www.communitycare.co.uk": {"article": (".entry-content",), "standfirst": ("h2.standfirst",)},
    "www.blackpoolgazette.co.uk": {
        "article": (".article-content",),
        "drop": (".read-more", ".ad-slot"),
        "byline": (".byline",),
    },
    "www.localgov.co.uk": {"article": (".article",), "drop": (".byline",), "byline": (".byline",)},
    "www.cypnow.co.uk": {"article": (".articleBody",), "drop": (".offer",)},
}


def read(
    html: str, rules: ReadingRules | None = None, url: str = "https://news.example/care/a-1"
) -> Article | Rejected:
    """Reads a page."""
    return read_article(PageInput(html.encode(), url, "utf-8", FETCHED), rules or ReadingRules())


def read_text(inner: str, rules: ReadingRules | None = None, head: str = "") -> str:
    """Reads the text of a page whose article element holds the given markup."""
    article = read(
        (
            f"<html lang=en><head><title>Service visited</title>{head}</head><body><main><article>"
            f"{inner}</article></main></body></html>"
        ),
        rules,
    )
    assert isinstance(article, Article), article
    return article.text


def squeeze(text: str) -> str:
    """Levels spaces."""
    return re.sub(r"\s+", " ", text)


def load_seed(shared: Path, name: str) -> tuple[dict[str, Any], dict[str, Any], str, bytes]:
    """Loads the answer for a real article, its page in the recorded web, its host and its bytes."""
    answers = json.loads((shared / "seeds" / "gold.json").read_text(encoding="utf-8"))["articles"]
    gold = next(answer for answer in answers if answer["file"].startswith(name))
    for site in json.loads((shared / "recorded_web" / "web.json").read_text(encoding="utf-8"))["sites"]:
        for page in site["pages"]:
            if page.get("seed") == gold["file"]:
                return gold, page, site["host"], gzip.decompress((shared / "recorded_web" / page["file"]).read_bytes())
    raise AssertionError(name)


@pytest.mark.parametrize("has_selectors", [False, True], ids=["generic", "selectors"])
@pytest.mark.parametrize("name", SEEDS)
def test_the_real_articles_are_read_exactly(shared: Path, name: str, *, has_selectors: bool) -> None:
    """Each is read from its first to its last sentence with nothing else in it, and with its title, people and date."""
    gold, page, host, body = load_seed(shared, name)
    rules = ReadingRules(**SELECTORS[host]) if has_selectors else ReadingRules()
    article = read_article(PageInput(body, f"https://{host}{page['path']}", "utf-8", FETCHED), rules)
    assert isinstance(article, Article), article
    text = squeeze(article.text)
    assert text.startswith(squeeze(gold["body_first"]))
    assert text.endswith(squeeze(gold["body_last"]))
    assert [unwanted for unwanted in gold["not_body"] if unwanted in text] == []
    assert (article.title, article.standfirst) == (gold["title"], gold["standfirst"])
    assert list(article.authors) == (gold["authors"] or (["Paul Faulkner"] if name.startswith("001") else []))
    assert article.published_at is not None
    assert article.published_at.date().isoformat() == page["published"][:10]
    assert article.language == "en"
    assert score_relevance(article.title, article.standfirst, article.text).is_relevant


@pytest.mark.parametrize("name", SEEDS)
def test_no_paragraph_of_the_real_articles_is_lost(shared: Path, name: str) -> None:
    """Every line of the visible text from first to last sentence is there, but for captions and cross-links."""
    gold, page, host, body = load_seed(shared, name)
    article = read_article(PageInput(body, f"https://{host}{page['path']}", "utf-8", FETCHED), ReadingRules())
    assert isinstance(article, Article)
    visible = (shared / "seeds" / gold["file"]).read_text(encoding="utf-8")
    lines = [squeeze(line).strip() for line in visible.splitlines() if line.strip()]
    first = next(
        n
        for n, line in enumerate(lines)
        if squeeze(gold["body_first"]).startswith(line) or line.startswith(squeeze(gold["body_first"]))
    )
    last = next(n for n, line in enumerate(lines) if line.endswith(squeeze(gold["body_last"])[-60:]))
    text = squeeze(article.text)
    missing = [line for line in lines[first : last + 1] if line not in text]
    assert [
        line
        for line in missing
        if not re.match(r"Coun Simon Blackburn$|Read more |The level and quality .* Picture:", line)
    ] == []


@pytest.mark.parametrize(
    "furniture",
    [
        "<div class=share>Share this article</div>",
        "<p>Have your say</p>",
        "<div><span>Hide Ad</span></div>",
        "<p>Read more: <a href=/x>Another service was visited, too</a></p>",
        "<p><strong>READ MORE</strong> <a href=/x>Another service was visited, too</a></p>",
        "<p>Sign up to our daily newsletter to get all the latest stories</p>",
        "<p>Subscribe to our newsletter for weekly updates delivered to your inbox.</p>",
        "<p>Already have an account? Sign in</p>",
        "<figure><img src=a.jpg><figcaption>Staff at the service in spring</figcaption></figure>",
        "<p class=caption>Staff at the service in spring</p>",
        "<p>Photo: Jane Doe/PA</p>",
        "<p>(credit: Jane Doe / Stock)</p>",
        "<p>We use cookies to make this site better.</p>",
        "<p>Follow us on Twitter and Facebook for the latest news</p>",
        "<p>👉 See more of how such services were rated.</p>",
        "<p>Team Manager, Northmoor Council, £40,221 - £51,515 per annum</p>",
    ],
)
def test_furniture_among_the_paragraphs_goes(furniture: str) -> None:
    """Share bars, cross-links, newsletters, logins, captions, credits, cookies and adverts are not in the text."""
    without = read_text(f"<h1>Service visited</h1>{TEXT}")
    middle = TEXT.replace("</p><p>", f"</p>{furniture}<p>", 1)
    assert read_text(f"<h1>Service visited</h1>{middle}") == without


@pytest.mark.parametrize(
    "ending",
    [
        (
            "<h3>More from Northmoor Gazette</h3><ul><li><a href=/a>Council fined over a data breach "
            "in spring</a></li></ul>"
        ),
        (
            "<h4>One Response to Service visited</h4><ol class=commentlist><li><p>I was there and it "
            "was not like that at all, they only saw what they were shown.</p></li></ol>"
        ),
        "<h4>Comments are closed.</h4><p>These are the rules for comments.</p>",
        "<h3>Featured jobs</h3><p>Team Manager, Northmoor</p><p>Social Worker, Southmoor</p>",
        "<h3>Most read</h3><p>Fylde road works go on</p>",
    ],
)
def test_what_follows_the_article_goes(ending: str) -> None:
    """Related links, comments and adverts behind the article are cut off, with their heading."""
    assert read_text(f"<h1>Service visited</h1>{TEXT}{ending}") == read_text(f"<h1>Service visited</h1>{TEXT}")


def test_a_marker_among_the_first_paragraphs_cuts_nothing_off() -> None:
    """A "Most read" box in the middle costs its own line, not the rest of the article."""
    text = read_text(f"<h1>Service visited</h1><p>Most read</p>{TEXT}")
    assert "unit 7" in text


@pytest.mark.parametrize(
    "sentence",
    [
        "Follow the evidence, she said.",
        "Read the report in full and you will see how much was good.",
        "More people than ever asked for help.",
        "Comments by staff were kind.",
        "Subscribe was the word on the door of the unit.",
        "“Read more,” she told the children of the unit.",
    ],
)
def test_sentences_that_begin_like_furniture_stay(sentence: str) -> None:
    """A paragraph is not furniture because of its first word."""
    assert sentence in read_text(f"<h1>Service visited</h1>{TEXT}<p>{sentence}</p>{TEXT}")


def test_a_caption_that_a_paragraph_repeats_stays_as_paragraph() -> None:
    """What the text says in the same words as a caption is not lost."""
    sentence = "The service was built in 1990 and has forty rooms on two floors."
    inner = f"<h1>Service visited</h1><figure><figcaption>{sentence}</figcaption></figure>{TEXT}<p>{sentence}</p>{TEXT}"
    assert read_text(inner).count(sentence) == 1


def test_headline_standfirst_and_byline_are_not_in_the_text() -> None:
    """What the other columns hold is not repeated at the head of the text."""
    inner = (
        f"<h1>Service visited</h1><h2 class=standfirst>Staff knew the children well, inspectors "
        f"say</h2><p class=byline>By Jane Doe</p><p>Service visited</p>{TEXT}"
    )
    assert read_text(inner).startswith("Inspectors visited unit 0")


def test_paragraphs_are_one_empty_line_apart() -> None:
    """Paragraphs and headings are one empty line apart, items of a list stand on successive lines."""
    text = read_text(
        f"<h1>Service visited</h1>{TEXT}<h2>What comes next</h2><ul><li>More staff for the unit</li>"
        f"<li>A new plan for the house</li></ul>{TEXT}"
    )
    assert "\n\nWhat comes next\n\n- More staff for the unit\n- A new plan for the house\n\nInspectors" in text
    assert "\n\n\n" not in text


def test_selectors_restrict_and_drop() -> None:
    """`article` restricts where the text is looked for, `drop` takes parts out of it, others name single fields."""
    advert = (
        "<div class=box><p>Our own service is better than any other, call us today and see for "
        "yourself what we can do for you.</p></div>"
    )
    inner = (
        f"<h1>Wrong</h1><h2 class=t>Right title</h2><p class=w>by Jane Doe</p><p class=d>3 May "
        f"2024</p><p class=s>Social care</p><div class=body>{TEXT}{advert}</div><div>{advert}</div>"
    )
    rules = ReadingRules(
        article=("div.nothing", "div.body"),
        drop=(".box",),
        title=(".t",),
        byline=(".w",),
        date=(".d",),
        section=(".s",),
    )
    article = read(f"<html lang=en><body><main>{inner}</main></body></html>", rules)
    assert isinstance(article, Article)
    assert "call us today" not in article.text
    assert "unit 7" in article.text
    assert (article.title, article.authors, article.section) == ("Right title", ("Jane Doe",), "Social care")
    assert (article.published_at, article.published_source) == (datetime(2024, 5, 3, tzinfo=UTC), "byline")


def test_selectors_that_find_nothing_change_nothing() -> None:
    """A page after a redesign is read as if the source had no selectors."""
    inner = f"<h1>Service visited</h1>{TEXT}"
    assert read_text(inner, ReadingRules(article=(".old",), drop=(".gone",), title=(".no",))) == read_text(inner)


@pytest.mark.parametrize(
    ("html", "outcome"),
    [
        ("", Outcome.NOT_AN_ARTICLE),
        ("<!-- nothing -->", Outcome.NOT_AN_ARTICLE),
        ("<html><body></body></html>", Outcome.NOT_AN_ARTICLE),
        ("<title>Watch the debate</title><h1>Watch the debate</h1><video src=a.mp4></video>", Outcome.NOT_AN_ARTICLE),
        (
            "<title>App</title><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>",
            Outcome.NOT_AN_ARTICLE,
        ),
        (
            "<title>News</title>"
            + "".join(
                f"<p><a href=/{n}>Council number {n} told to improve its services for children by inspectors</a></p>"
                for n in range(30)
            ),
            Outcome.NOT_AN_ARTICLE,
        ),
        ("<title>Just a moment...</title><p>Checking your browser before you go on.</p>", Outcome.BLOCKED),
        (
            "<title>Access Denied</title><h1>Access Denied</h1><p>You do not have permission to see this page.</p>",
            Outcome.BLOCKED,
        ),
        (
            (
                "<title>Gazette</title><h1>Before you continue</h1><p>We and our partners store data.</p>"
                "<button>Accept all</button>"
            ),
            Outcome.BLOCKED,
        ),
        (
            (
                "<title>Council told to improve</title><h1>Council told to improve</h1><p>Register to "
                "continue reading.</p>"
            ),
            Outcome.BLOCKED,
        ),
        ("<title>Page not found - Gazette</title><h1>404</h1><p>Sorry.</p>", Outcome.SOFT_404),
        ("<title>Gazette</title><h1>Sorry, we can't find that page</h1>", Outcome.SOFT_404),
        (
            "<title>Gazette</title><h1>Report not found</h1><p>The report you asked for does not exist.</p>",
            Outcome.SOFT_404,
        ),
        ("<title>Gazette</title><h1>This page has moved</h1>", Outcome.SOFT_404),
        ("<title>Gazette</title><p>This article is no longer available.</p>", Outcome.SOFT_404),
    ],
)
def test_a_page_without_an_article_is_named_for_what_it_is(html: str, outcome: Outcome) -> None:
    """Empty pages, videos, shells, lists, challenges, walls and soft 404s are rejected with outcome and reason."""
    rejected = read(html)
    assert isinstance(rejected, Rejected), rejected
    assert rejected.outcome == outcome
    assert rejected.reason


@pytest.mark.parametrize(
    "title",
    [
        "Missing children 'not found for days', report says",
        "404 homes to be built",
        "Access denied to care leavers",
        "Council blocked from adoption",
    ],
)
def test_an_article_about_missing_things_is_an_article(title: str) -> None:
    """The words of an error page in the headline of a real article reject nothing."""
    assert isinstance(read(f"<title>{title}</title><article><h1>{title}</h1>{TEXT}</article>"), Article)


def test_reading_is_repeatable() -> None:
    """The same page gives the same article, however often and after whatever else it is read."""
    html = f"<html lang=en><body><article><h1>Service visited</h1>{TEXT}</article></body></html>"
    first = read(html)
    read(html.replace("unit", "room"))
    assert read(html) == first


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + TEXT,
        f"<article><h1>A</h1>{TEXT[:400]}",
        f"<p><table><tr><article><h1>x</h2></td>{TEXT}</b></i>",
        "<script type='application/ld+json'>{{{</script>" + TEXT,
        "<script type='application/ld+json'>" + "[" * 50_000 + "</script>" + TEXT,
        (
            '<script type="application/ld+json">{"@type":["NewsArticle"],"author":[null,1,'
            '{"name":{"a":1}}],"datePublished":5,"image":[],'
            '"keywords":{},"articleSection":[[]]}</script>'
        )
        + TEXT,
        "<meta name=author><meta content=x><link rel=canonical><html lang=''>" + TEXT,
        "<link rel=canonical href='http://[bad'><meta property=og:image content='http://[bad'>" + TEXT,
        "\x00\x01\x02" + TEXT,
    ],
    ids=[
        "deep",
        "cut",
        "shuffled",
        "broken json",
        "deep json",
        "odd types",
        "empty attributes",
        "bad addresses",
        "control",
    ],
)
def test_a_broken_page_breaks_nothing(html: str) -> None:
    """Cut, shuffled, deeply nested pages and malformed metadata are read as far as they go."""
    assert isinstance(read(html), Article | Rejected)


STRUCTURED = (
    f"<figure><img src=/uploads/visit-2026.jpg><figcaption>Staff at work. Photo: Ann Day</figcaption></figure>"
    f"<div class=body>{TEXT}<h3>What was found</h3><ol><li>Staff kept good records of every child.</li>"
    "<li>Families were given <a href=/help>early help</a> when they asked for it.</li></ol>"
    f"<table><tr><th>Area</th><th>Grade</th></tr><tr><td>Children in care</td><td>Good</td></tr></table>{TEXT}</div>"
)


@pytest.mark.parametrize("reading", ["lines", "trafilatura", "selectors"])
def test_every_reading_keeps_structure_and_captions(monkeypatch: pytest.MonkeyPatch, reading: str) -> None:
    """However the text was found, its Markdown has levels, numbers, links and header, and captions are apart."""
    if reading == "trafilatura":
        monkeypatch.setattr(main_text, "ENOUGH", 2.0)
        monkeypatch.setattr(main_text, "DOUBTFUL", 2.0)
    head = '<meta property="og:image" content="https://cdn.example/visit-2026-600x400.jpg">'
    inner = f"<main><article><h1>Service visited</h1>{STRUCTURED}</article></main>"
    page = f"<html><head>{head}</head><body>{inner}</body></html>"
    article = read(page, ReadingRules(article=(".body",)) if reading == "selectors" else None)
    assert isinstance(article, Article)
    assert (
        "\n\n### What was found\n\n1. Staff kept good records of every child.\n"
        "2. Families were given [early help](https://news.example/help) when they asked for it.\n\n"
        "| Area | Grade |\n| --- | --- |\n| Children in care | Good |\n\n"
    ) in article.markdown
    assert (
        "- Families were given early help when they asked for it.\n\nArea | Grade\nChildren in care |" in article.text
    )
    assert article.captions == ("Staff at work. Photo: Ann Day",)
    assert article.image_caption == "Staff at work. Photo: Ann Day"
    assert "Photo" not in article.text


def test_a_text_that_a_wall_cuts_off_is_an_article() -> None:
    """What is shown before a wall is kept, with what the wall asks for."""
    wall = "<div class=registration-wall><h3>Register for free to keep reading</h3></div>"
    article = read(f"<html><body><article><h1>Service visited</h1>{TEXT}{wall}</article></body></html>")
    assert isinstance(article, Article)
    assert article.wall == "registration"
    assert "Register" not in article.text

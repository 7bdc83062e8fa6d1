"""The five real articles of the example are read exactly."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tasks.reading.article import read_article
from tasks.reading.page import Article, PageInput, ReadingRules
from tasks.reading.relevance import score_relevance
from tests.reading.written_pages import FETCHED

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

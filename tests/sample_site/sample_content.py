"""Reads the sample site's content: one file a page, TOML between two `+++` lines and the text below them."""

import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
CONTENT = HERE / "content"


class Day(NamedTuple):
    """A day of the site, 1 or 2, and the moment it began."""

    number: int
    began: datetime


@dataclass(frozen=True)
class Page:
    """One address that a news outlet lists; an article has `text`, any other page a `status` of its own."""

    path: str
    title: str
    published: datetime
    modified: datetime | None = None
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    caption: str = ""
    comments: tuple[dict[str, Any], ...] = ()
    text: str = ""
    amp: bool = False
    teaser: bool = False
    day: int = 1
    status: int = 200
    location: str = ""
    template: str = ""
    listed_in: tuple[str, ...] = ("feed", "sitemap", "wordpress")

    @property
    def changed(self) -> datetime:
        """When it was changed last."""
        return self.modified or self.published


@dataclass(frozen=True)
class Outlet:
    """One news outlet with what it lists, newest first."""

    folder: str
    name: str
    host: str
    robots: str
    pages: tuple[Page, ...] = field(repr=False)

    def list_pages(self, where: str) -> list[Page]:
        """Returns the pages that the outlet's feed, sitemap or WordPress interface lists."""
        return [page for page in self.pages if where in page.listed_in]

    def list_articles(self) -> list[Page]:
        """Returns the pages that are articles."""
        return [page for page in self.pages if page.text]


def read_content(path: Path) -> tuple[dict[str, Any], str]:
    """Reads a content file's front matter and text."""
    _, front_matter, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(front_matter), text.strip()


def read_article(path: Path) -> Page:
    """Reads an article; `text_from` names the file whose text it shares."""
    details, text = read_content(path)
    if shared := details.pop("text_from", None):
        text = read_content(CONTENT / shared)[1]
    return make_page({**details, "text": text})


def make_page(details: dict[str, Any]) -> Page:
    """Makes a page from a table of TOML."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in details.items()}
    return Page(**values)


@cache
def load_outlet(folder: str, day: Day) -> Outlet:
    """Loads an outlet as it is on a day.

    On day 2 `NAME.day2.md` takes the place of `NAME.md`. It was changed when the day began, since a crawler that came
    before must find the change later than its visit; all other dates are fixed.
    """
    details = tomllib.loads((CONTENT / folder / "outlet.toml").read_text(encoding="utf-8"))
    pages = [make_page(odd | {"listed_in": odd.get("listed_in", ["feed", "sitemap"])}) for odd in details.pop("odd")]
    for path in (CONTENT / folder).glob("*.md"):
        later = path.with_name(f"{path.stem}.day2.md")
        if path.stem.endswith(".day2"):
            continue
        if day.number == 2 and later.exists():
            pages.append(replace(read_article(later), modified=day.began))
        else:
            pages.append(read_article(path))
    present = [page for page in pages if page.day <= day.number]
    return Outlet(folder, pages=tuple(sorted(present, key=lambda page: page.published, reverse=True)), **details)


def fill_template(template: str, /, **values: str) -> str:
    """Fills a file of templates/; the values are markup already."""
    return Template((HERE / "templates" / template).read_text(encoding="utf-8")).substitute(values)


def render_paragraphs(text: str) -> list[str]:
    """Renders a text's paragraphs, `###` headings, `-` lists, `>` quotes and `|` tables as HTML."""
    return [_render_block([" ".join(line.split()) for line in block.splitlines()]) for block in text.split("\n\n")]


def _render_block(lines: list[str]) -> str:
    text = escape(" ".join(lines), quote=False)
    match lines[0].partition(" ")[0]:
        case "###":
            return f"<h3>{text[4:]}</h3>"
        case "-":
            return f"<ul>{''.join(f'<li>{escape(line[2:], quote=False)}</li>' for line in lines)}</ul>"
        case ">":
            return f"<blockquote><p>{escape(' '.join(line[2:] for line in lines), quote=False)}</p></blockquote>"
        case "|":
            return f"<table>{''.join(map(_render_row, lines, ['th', *['td'] * (len(lines) - 1)]))}</table>"
    return f"<p>{text}</p>"


def _render_row(line: str, tag: str) -> str:
    cells = (escape(cell.strip(), quote=False) for cell in line.strip("|").split("|"))
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"

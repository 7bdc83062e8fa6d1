"""Walls before an article."""

from typing import Any

import pytest

from tasks.reading.body import Block
from tasks.reading.locate import locate_blocks
from tasks.reading.page import parse_page
from tasks.reading.segments import segment_page
from tasks.reading.walls import find_wall


def find(inner: str = "", article: dict[str, Any] | None = None, meta: dict[str, str] | None = None) -> str | None:
    """Finds the wall of a page whose text is one paragraph."""
    text = "Parents must log in to read the full article on the council's page."
    tree = parse_page(f"<html><body><p>{text}</p>{inner}</body></html>".encode(), "utf-8")
    assert tree is not None
    segments = segment_page(tree)
    return find_wall(article, meta or {}, segments, locate_blocks([Block("paragraph", text)], segments))


@pytest.mark.parametrize(
    ("inner", "wall"),
    [
        ("<h3>Register for free to keep reading</h3>", "registration"),
        ("<p>Create a FREE account to continue reading</p>", "registration"),
        ("<p>Sign in to continue reading</p>", "registration"),
        ("<p>To read the rest of this article, please register.</p>", "registration"),
        ("<p>Subscribe to read the full story</p>", "paywall"),
        ("<p>Subscribe or register to read this article</p>", "paywall"),
        ("<p>This article is only available to our subscribers</p>", "paywall"),
        ("<p>You’ve read all your free articles this month.</p><p>Subscribe from £2 a week</p>", "paywall"),
        ("<h3>To continue reading</h3><p>Register with us</p>", "registration"),
        ("<div class=article-paywall><p>Already a subscriber? Log in</p></div>", "paywall"),
        ("<div class=reg-wall><p>Already have an account? Sign in</p></div>", "registration"),
        ("<p style='display:none'>Subscribe to read the full story</p>", None),
        ("<p>Sign up to our newsletter to read more stories like this</p>", None),
        ("<p>Log in to read more comments</p>", None),
        ("<p>Join our WhatsApp community to read more stories</p>", None),
        ("<p>Register now for our conference to read more about SEND</p>", None),
        ("<p>This page is available to members of the public</p>", None),
        ("<p>Already a subscriber? Log in</p>", None),
        ("<p>Scroll to continue reading</p>", None),
        ("<div class=paywall><p>The council must pay its members.</p></div>", None),
        ("<p>Subscribe now to keep reading and get access to the full archive.</p>", None),
        ("", None),
    ],
)
def test_a_visible_wall_says_what_it_asks_for(inner: str, wall: str | None) -> None:
    """The wall's own words count, where a visitor sees them outside the text; those of newsletter boxes do not."""
    assert find(inner) == wall


@pytest.mark.parametrize(
    ("article", "wall"),
    [
        ({"isAccessibleForFree": False}, "paywall"),
        ({"isAccessibleForFree": "False"}, "paywall"),
        ({"isAccessibleForFree": "http://schema.org/False"}, "paywall"),
        ({"isAccessibleForFree": True, "hasPart": {"isAccessibleForFree": False, "cssSelector": ".rest"}}, "paywall"),
        ({"hasPart": [{"isAccessibleForFree": "false"}, "x"]}, "paywall"),
        ({"isAccessibleForFree": True}, None),
        ({"isAccessibleForFree": "yes"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_json_ld_states_a_paywall(article: dict[str, Any] | None, wall: str | None) -> None:
    """An article, or a part of it, that is not accessible for free is behind a paywall."""
    assert find(article=article) == wall


@pytest.mark.parametrize(
    ("selector", "wall"),
    [
        (".email-wall", "registration"),
        ("#registration .rest", "registration"),
        (".LoginGate", "registration"),
        ([".ad", ".sign-in"], "registration"),
        (".paywall", "paywall"),
        (None, "paywall"),
    ],
)
def test_the_closed_parts_name_says_what_it_asks_for(selector: object, wall: str) -> None:
    """A part that is named for an address, an account or registering is closed to whom has not registered."""
    part = {"isAccessibleForFree": False, "cssSelector": selector}
    assert find(article={"isAccessibleForFree": False, "hasPart": [part]}) == wall


def test_the_name_of_an_open_part_says_nothing() -> None:
    """A box to register in is no wall."""
    part = {"isAccessibleForFree": True, "cssSelector": ".email-box"}
    assert find(article={"hasPart": part}) is None
    assert find(article={"isAccessibleForFree": False, "hasPart": part}) == "paywall"


@pytest.mark.parametrize(("tier", "wall"), [("locked", "paywall"), ("Locked", "paywall"), ("metered", None)])
def test_meta_states_a_paywall(tier: str, wall: str | None) -> None:
    """A locked content tier is a paywall; a metered one may have let the page through."""
    assert find(meta={"article:content_tier": tier}) == wall


def test_the_words_of_a_page_come_before_its_data() -> None:
    """What JSON-LD calls not free may be behind a registration wall: the wall itself says so."""
    assert find("<p>Register to continue reading</p>", {"isAccessibleForFree": False}) == "registration"

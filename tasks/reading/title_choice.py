"""Which of the titles that a page gives in its several places is the headline."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from tasks.reading.text import normalise_text

#: What parts a headline from what `<title>` and its like put beside it: never a colon.
BESIDE = re.compile(r"\s*[|ㅣ]\s*|\s+[«»–—·•<>‹›/~-]+\s+|--+")
#: How much each place says for the title that stands in it, tuned on the developed halves of the pages with answers
#: (measure_articles.py). `<title>` is written for search engines: of two titles, the editors' differs from it. The
#: address is made of the words of the first headline.
WEIGHTS = {"headline": 2, "json-ld": 2, "og:title": 4, "twitter:title": -2, "title": -3}
#: Places to which sites add nothing of their own.
PLAIN = ("headline", "json-ld")
WEIGHT_OF_ADDRESS = 2
WORDS_OF_ADDRESS = 4
#: Some systems break titles off at the 110 characters that search engines once showed of them.
CHARACTERS_OF_FULL = 100
#: Words of this length tell that two titles are of one article.
LETTERS_OF_TOPIC = 4


def choose_title(stated: dict[str, str], url: str) -> str | None:
    """Chooses the title for which the places where it stands, named as in WEIGHTS, say most; as the first writes it."""
    if len(set(stated.values())) <= 1:
        return next(iter(stated.values()), None)
    titles = _cut_additions(stated)
    levels = {place: normalise_text(title) for place, title in titles.items()}
    votes: dict[str, int] = {}
    for place, level in levels.items():
        votes[level] = votes.get(level, 0) + WEIGHTS[place]
    named = _find_in_address(votes, url)
    if named is not None:
        votes[named] += WEIGHT_OF_ADDRESS
    if "headline" in levels:
        topic = list_topic(levels["headline"])
        votes = {level: vote for level, vote in votes.items() if topic & list_topic(level)}
    best = max(votes, key=votes.__getitem__)
    return next((title for place, title in titles.items() if levels[place] == best), None)


def _find_in_address(levels: Iterable[str], url: str) -> str | None:
    """Finds the one title that has more of the address's words than the others have, and at least half of them."""
    parts = [set(re.findall(r"[a-z]{2,}", part)) for part in urlsplit(url.lower()).path.split("/")]
    words = max(parts, key=len)
    if len(words) < WORDS_OF_ADDRESS:
        return None
    shared = {level: len(words.intersection(level.split())) for level in levels}
    most = max(shared.values(), default=0)
    named = [level for level, count in shared.items() if count == most]
    return named[0] if len(named) == 1 and 2 * most >= len(words) else None


def list_topic(level: str) -> set[str]:
    """Lists what tells of which article a normalised title is: its long words, and all of it."""
    return {level, *(word for word in level.split() if len(word) >= LETTERS_OF_TOPIC)}


def _cut_additions(titles: dict[str, str]) -> dict[str, str]:
    """Cuts what a meta element or `<title>` adds to a title stated elsewhere; leaves out what is cut short itself."""
    levels = {place: normalise_text(title) for place, title in titles.items()}
    cut = {}
    for place, title in titles.items():
        others = {level for other, level in levels.items() if other != place and place not in PLAIN}
        parts = (part for match in BESIDE.finditer(title) for part in (title[: match.start()], title[match.end() :]))
        cut[place] = next((part for part in parts if normalise_text(part) in others), title)
    # What is cut from one title may stand in another without a mark that parts it.
    shorter = {level: cut[place] for place, level in levels.items() if cut[place] != titles[place]}
    cut = {place: shorter.get(levels[place], title) for place, title in cut.items()}
    plain = [cut[place] for place in PLAIN if place in cut]
    return {place: title for place, title in cut.items() if not any(_is_cut(title, other) for other in plain)}


def _is_cut(title: str, other: str) -> bool:
    """Tells whether a title is the other one broken off: by dots, its length, inside a word, or at a quotation mark.

    A quotation mark ends the attribute that it is written into.
    """
    begin = title.rstrip(".… ")
    rest = other[len(begin) :]
    if not other.startswith(begin) or not rest.strip(".… "):
        return False
    is_full = len(begin) >= CHARACTERS_OF_FULL or title.endswith(("...", "…"))
    return is_full or rest[0].isalnum() or rest.lstrip().startswith('"')

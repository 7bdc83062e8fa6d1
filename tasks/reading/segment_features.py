"""What is measured of each line of a page, as numbers: all that the decision between text and furniture rests on."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.reading.line_facts import LineFacts, describe_line
from tasks.reading.segment_groups import measure_distances, measure_kin
from tasks.reading.segments import HEADINGS, NAMES, PLACES, Segment, get_container
from tasks.reading.text import level_text

Numbers = NDArray[np.float64]

TAG_KINDS = {
    "p": ("p",),
    "heading": tuple(HEADINGS),
    "item": ("li", "dd", "dt"),
    "cell": ("td", "th", "tr"),
    "frame": ("div", "section", "article", "main"),
}
KIND_OF_TAG = {tag: 1 << bit for bit, tags in enumerate(TAG_KINDS.values()) for tag in tags}
#: Lines of running text: few links and a few words at least.
MOST_LINKED = 0.3
WORDS_OF_TEXT = 8
SHORTEST_FOUND = 25
MOST_WORDS = 40
#: The columns that are also given of the lines before and behind.
NEIGHBOURED = (
    "container",
    "frame_around",
    "words",
    "links",
    "is_heading",
    "is_item",
    "name_body",
    "name_chrome",
    "is_hidden",
)
REACHES = (5, 15)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of a page besides its lines; `stated_text` is the text that its JSON-LD gives of the article."""

    title: str | None = None
    description: str | None = None
    stated_text: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page with what several measures need: levelled texts, words, and the containers' numbers.

    `facts` has a row for each of LineFacts but the first.
    """

    segments: Sequence[Segment]
    levelled: Sequence[str]
    facts: Numbers
    words: Numbers
    containers: NDArray[np.intp]
    frames: NDArray[np.intp]


def prepare_lines(segments: Sequence[Segment]) -> Lines:
    """Prepares the lines of a page for measuring."""
    containers = [get_container(segment.place.element) for segment in segments]
    frames = [container.getparent() for container in containers]
    described = [describe_line(segment.text) for segment in segments]
    facts = np.array([line[1:] for line in described]).reshape(len(described), -1).T
    return Lines(
        segments,
        [line.levelled for line in described],
        facts,
        facts[LineFacts._fields.index("words") - 1],
        _number(containers),
        _number([container if frame is None else frame for container, frame in zip(containers, frames, strict=True)]),
    )


def measure_lines(lines: Lines, facts: PageFacts) -> dict[str, Numbers]:
    """Measures every line; one column of numbers a name."""
    columns = _measure_markup(lines) | _measure_text(lines, facts)
    columns |= _measure_masses(lines, columns["links"], columns["ends_sentence"])
    columns |= _measure_stated(lines, facts.stated_text or "")
    for name in NEIGHBOURED:
        for distance in (-2, -1, 1, 2):
            columns[f"{name}@{distance}"] = shift(columns[name], distance)
    return columns


def _number(elements: Sequence[object]) -> NDArray[np.intp]:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(element, len(numbers)) for element in elements], dtype=np.intp)


def _collect(values: Iterable[float]) -> Numbers:
    return np.fromiter(values, dtype=np.float64)


def _part_bits(prefix: str, names: Collection[str], values: Iterable[int]) -> dict[str, Numbers]:
    """Makes a column of each bit of some numbers: 0 or 1 a line."""
    bits = np.fromiter(values, dtype=np.int64)
    columns = (bits >> np.arange(len(names))[:, np.newaxis] & 1).astype(np.float64)
    return {f"{prefix}_{name}": column for name, column in zip(names, columns, strict=True)}


def _measure_markup(lines: Lines) -> dict[str, Numbers]:
    places = [segment.place for segment in lines.segments]
    return {
        **_part_bits("is", TAG_KINDS, (KIND_OF_TAG.get(place.element.tag, 0) for place in places)),
        **_part_bits("in", PLACES, (place.places for place in places)),
        **_part_bits("name", NAMES, (place.names for place in places)),
        **_part_bits("near", NAMES, (place.near_names for place in places)),
        "is_hidden": _collect(place.is_hidden for place in places),
        "links": _collect(segment.link_share for segment in lines.segments),
    }


def _measure_text(lines: Lines, facts: PageFacts) -> dict[str, Numbers]:
    count = len(lines.levelled)
    title, description = level_text(facts.title or ""), level_text(facts.description or "")
    times = Counter(lines.levelled)
    first = {text: place for place, text in reversed(list(enumerate(lines.levelled)))}
    return {
        **dict(zip(LineFacts._fields[1:], lines.facts, strict=True)),
        "words": np.log1p(lines.words),
        "is_title": _collect(text == title != "" for text in lines.levelled),
        "in_description": _collect(
            len(text) >= SHORTEST_FOUND and (text in description or description in text != "")
            for text in lines.levelled
        )
        * bool(description),
        "is_repeated": _collect(times[text] > 1 for text in lines.levelled),
        "is_repetition": _collect(first[text] < place for place, text in enumerate(lines.levelled)),
        "position": np.arange(count) / count,
        "lines": np.full(count, np.log1p(count)),
    }


def _measure_masses(lines: Lines, links: Numbers, ends: Numbers) -> dict[str, Numbers]:
    text = lines.words * ((links < MOST_LINKED) & (lines.words >= WORDS_OF_TEXT))
    sentences, linked = text * ends, lines.words * links
    total = max(1.0, sentences.sum())
    elements = [segment.place.element for segment in lines.segments]
    columns = {
        **measure_kin(elements, text, links, ends),
        **measure_distances(elements, sentences),
        "container": _share_of_largest(text, lines.containers),
        "frame_around": _share_of_largest(text, lines.frames),
        "sentences_so_far": (np.cumsum(sentences) - sentences) / total,
        "sentences": np.full(len(text), np.log1p(total)),
    }
    for reach in REACHES:
        for name, mass in (("sentences", sentences), ("linked", linked)):
            columns[f"{name}_before_{reach}"] = np.log1p(_sum_before(mass, reach))
            columns[f"{name}_behind_{reach}"] = np.log1p(_sum_before(mass[::-1], reach)[::-1])
    return columns


def _measure_stated(lines: Lines, stated: str) -> dict[str, Numbers]:
    """Measures how far the stated text says each line, those around it, and those of its container."""
    whole, read = level_text(stated), {level_text(line) for line in stated.split("\n")}
    said = np.array(
        [bool(text) and (text in read or (len(text) >= SHORTEST_FOUND and text in whole)) for text in lines.levelled],
        dtype=np.float64,
    )
    weights = np.minimum(lines.words, MOST_WORDS)
    found = np.flatnonzero((said > 0) & (lines.words >= WORDS_OF_TEXT))
    first, last = (found[0], found[-1]) if len(found) else (len(said), -1)
    places = np.arange(len(said))
    around = [_sum_around(mass, 4) for mass in (said * weights, weights)]
    inside = [np.bincount(lines.containers, mass)[lines.containers] for mass in (said * weights, weights)]
    return {
        "stated_says": said,
        "stated_says_before": shift(said, -1),
        "stated_says_behind": shift(said, 1),
        "stated_around": around[0] / np.maximum(1.0, around[1]),
        "stated_container": inside[0] / np.maximum(1.0, inside[1]),
        "stated_within": ((first <= places) & (places <= last)).astype(np.float64),
        "stated_begun": (places >= first).astype(np.float64),
        "stated_over": (places > last).astype(np.float64),
    }


def _share_of_largest(mass: Numbers, groups: NDArray[np.intp]) -> Numbers:
    sums = np.bincount(groups, mass)
    shares: Numbers = (sums / max(1.0, sums.max()))[groups]
    return shares


def shift(column: Numbers, distance: int, absent: float = -1.0) -> Numbers:
    """Gives each line the number of the one so many behind it, or before it; `absent` where there is none."""
    shifted = np.full(len(column), absent)
    if distance > 0:
        shifted[:-distance] = column[distance:]
    else:
        shifted[-distance:] = column[:distance]
    return shifted


def _sum_before(mass: Numbers, reach: int) -> Numbers:
    """Sums what stands in up to `reach` lines before each."""
    sums = np.concatenate([[0.0], np.cumsum(mass)])
    ends = np.arange(len(mass))
    before: Numbers = sums[ends] - sums[np.maximum(0, ends - reach)]
    return before


def _sum_around(mass: Numbers, reach: int) -> Numbers:
    return _sum_before(mass, reach) + mass + _sum_before(mass[::-1], reach)[::-1]

"""The points that reports list: what is to improve, and what a visit looked at."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tasks.reading.report_forms import VISITS
from tasks.reading.text import squeeze_spaces

_TO_IMPROVE = re.compile(
    r"^(?:What (?:needs|does [\w -]{3,60} need) to (?:do to )?(?:improve|do better)[\w -]{0,60}?(?:\s+further)?"
    r"|(?:Responsible body )?Areas for (?:improvement|priority action)|Priority and immediate action|Recommendations)"
    r"(?:\s+in this area of\s+social work practice)?[?:]?(?:\n?\d)?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_COVERED = re.compile(r"^Areas covered by (?:the|this) (?:monitoring )?visit:?\s*$", re.IGNORECASE | re.MULTILINE)
#: The sentence of letters without that heading: "Inspectors looked at the local authority's arrangements for …".
_LOOKED_AT = re.compile(r"\b(?:Inspectors|The inspectors|I|We)\s+(?:looked\s+at|focused\s+on)\s+([^.:]+)\.")
#: Pages that a list may go on over.
MOST_PAGES = 5

_POINT = re.compile(
    r"^(?:[\u2022\u25a0\u25aa\u25cf\u25fc\u25b6\uf0a7\u00b7\u2013\u2212\u0336]|\d{1,3}\.|[a-z]\.|-)\s*(?=\S)"
)
_LIST_ENDS = re.compile(
    r"^(?=(?-i:[A-Z\d]))"
    r"(?:(?:The experiences and progress of|The impact of leaders|Headline findings|Findings|Inspection findings"
    r"|Summary|This visit was|Next steps|Case study|Practice study|Local area partnership details|Progress since"
    r"|What needs to improve|Areas for|Priority and immediate action"
    r"|Executive summary|Information about this|\d+ The areas for|Inspection judgements?|Outcomes for looked after)\b"
    r"|(?:Main findings|Recommendations)$"
    r"|(?:[\w'\u2019 ]{1,40} )?strengths(?: and weaknesses of the \w+)?:?$)",
    re.IGNORECASE,
)
#: What stands as a point and is none: that there is nothing, or who should do what follows.
_NO_POINT = re.compile(r"There are no (?:areas|priority)\b|[^.]*\btake the following actions?[.:]?$", re.IGNORECASE)
#: Behind the box of an area SEND report, whose points have no marks.
_BOX_ENDS = re.compile(r"Local area partnership details\b", re.IGNORECASE)
#: A sentence that begins so goes on about the point before it.
_SAME_POINT = re.compile(r"(?:They|Their|This|These|Those|It|There|Such|In)\b")
_RUNNING_TITLE_LINES = 4
_INTRODUCTION_LINES = 4
_NUMBER = re.compile(r"\d+")
_SENTENCE_ENDS = re.compile(r"[.;)!?][\u2019\"]?\d?$")


def find_points_to_improve(pages: Sequence[str]) -> tuple[str, ...]:
    """Finds the points of all lists of what is to improve, in order, each once."""
    return tuple(dict.fromkeys(_find_lists(_TO_IMPROVE, pages)))


def find_areas_covered(kind: str | None, pages: Sequence[str]) -> tuple[str, ...]:
    """Finds what a monitoring or focused visit looked at: the points of its list, else what its sentence says."""
    if kind not in VISITS:
        return ()
    if points := tuple(dict.fromkeys(_find_lists(_COVERED, pages))):
        return points
    stated = next((match for page in pages[:2] if (match := _LOOKED_AT.search(page))), None)
    return (squeeze_spaces(stated[1]),) if stated else ()


def _find_lists(heading: re.Pattern[str], pages: Sequence[str]) -> Iterator[str]:
    lines = [page.split("\n") for page in pages]
    titles = _find_running_titles(lines)
    for number, page in enumerate(pages):
        for match in heading.finditer(page):
            following = (
                _cut_running_title(lines[after], titles) for after in range(number + 1, len(pages))[:MOST_PAGES]
            )
            rest = page[match.end() :].strip("\n").split("\n")
            listed = [*rest, *(line for page_lines in following for line in page_lines)]
            points = _read_box(listed) or _read_points(_cut_introduction(listed))
            yield from (point for point in points if not _NO_POINT.match(point))


def _cut_introduction(lines: list[str]) -> list[str]:
    """Cuts what leads to a list: words up to their colon, or a heading of its first part."""
    start = next((place for place, line in enumerate(lines) if _POINT.match(line)), 0)
    leads = lines[start - 1].endswith(":") or (start == 1 and not lines[0].endswith("."))
    is_short = 0 < start <= _INTRODUCTION_LINES and not any(map(_LIST_ENDS.match, lines[:start]))
    return lines[start:] if leads and is_short else lines


def _find_running_titles(pages: Sequence[list[str]]) -> set[str]:
    """Finds what stands on top of several pages, whatever its number is; a heading that ends lists is no such title."""
    tops = Counter(line for page in pages for line in {_NUMBER.sub("", line) for line in page[:_RUNNING_TITLE_LINES]})
    return {line for line, count in tops.items() if count > 1 and not _LIST_ENDS.match(line)}


def _cut_running_title(lines: list[str], titles: set[str]) -> list[str]:
    top = lines[:_RUNNING_TITLE_LINES]
    return [*(line for line in top if _NUMBER.sub("", line) not in titles), *lines[_RUNNING_TITLE_LINES:]]


def _read_points(lines: list[str]) -> list[str]:
    """Reads points up to the first line that belongs to none.

    That is a known heading, a number that does not follow the one before, or a number in a list of bullets: then it is
    the first paragraph of the text below.
    """
    points: list[list[str]] = []
    for line in lines:
        mark = _POINT.match(line)
        is_end = _LIST_ENDS.match(line) or (mark and not _goes_on(mark[0], lines[0], len(points)))
        if mark or is_end:
            points[-1:] = [_cut_subheading(point) for point in points[-1:]]
        if is_end or not (mark or points):
            break
        if mark:
            points.append([line[mark.end() :]])
        else:
            points[-1].append(line)
    else:
        points[-1:] = [_cut_after_sentence(point) for point in points[-1:]]
    return [squeeze_spaces(" ".join(point)) for point in points]


def _read_box(lines: list[str]) -> list[str]:
    """Reads the paragraphs of an area SEND report's last box; none of a list with marks.

    A paragraph begins on a line of its own, behind an ended sentence, and says anew whom it is about.
    """
    end = next((place for place, line in enumerate(lines) if _LIST_ENDS.match(line)), len(lines))
    inside = [line for line in lines[:end] if any(map(str.isalnum, line))]
    if not inside or not _BOX_ENDS.match("".join(lines[end : end + 1])) or _POINT.match(inside[0]):
        return []
    paragraphs = [[inside[0]]]
    for before, line in pairwise(inside):
        if before.endswith(".") and line[0].isupper() and not _SAME_POINT.match(line):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return [squeeze_spaces(" ".join(paragraph)) for paragraph in paragraphs]


def _goes_on(mark: str, first: str, count: int) -> bool:
    """Tells whether a mark may stand before the next point of a list with that first line and number of points."""
    numbers = [re.match(r"\d+", words) for words in (mark, first)]
    if not numbers[0] or not numbers[1]:
        return not numbers[0]
    return int(numbers[0][0]) == int(numbers[1][0]) + count


def _cut_subheading(lines: list[str]) -> list[str]:
    """Cuts a heading that stands between two points: a capital begins it, and no sentence ends there, but before."""
    starts_anew = len(lines) > 1 and _SENTENCE_ENDS.search(lines[-2]) and lines[-1][:1].isupper()
    if starts_anew and not _SENTENCE_ENDS.search(lines[-1]):
        return lines[:-1]
    return lines


def _cut_after_sentence(lines: list[str]) -> list[str]:
    """Cuts what may no longer belong to the last point: all that stands behind its first ended sentence."""
    end = next((place for place, line in enumerate(lines) if line.rstrip("0123456789").endswith(".")), None)
    return lines if end is None else lines[: end + 1]

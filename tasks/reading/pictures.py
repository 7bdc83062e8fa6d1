"""The captions of an article's own pictures, and which of them is the lead image's."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from tasks.reading.body import Block
from tasks.reading.locate import Positions, find_around
from tasks.reading.segments import BIT_OF_NAME, HEADINGS, PLACE_OF_TAG, Segment, classify_name
from tasks.reading.text import count_words

PICTURES = ("img", "picture", "video", "amp-img", "iframe")
#: What a caption's own words stand in, as bits of a line's surroundings.
FIGURE = PLACE_OF_TAG["figure"]
NAMED_PICTURE = BIT_OF_NAME["picture"]
#: What holds other pages' pictures, by its element or by its name.
ELSEWHERE = frozenset({"address", "article", "aside", "footer", "nav"})
OTHERS = BIT_OF_NAME["related"] | BIT_OF_NAME["comment"] | BIT_OF_NAME["advert"]
#: What holds pictures that are not of the story: those of its authors, and the outlet's own.
NOT_OF_STORY = re.compile(r"author|byline|\bbio|logo|masthead|menu|nav(?:bar|igation|\b|_)", re.IGNORECASE)
#: A caption and its picture have an element around them that is not further away than this from the caption.
FURTHEST_FRAME = 4
#: In the class of what holds a caption or its credit, whatever the case of the first letter.
CAPTION_NAMES = ("aption", "redit", "opyright")
#: More words are no caption.
LONGEST_CAPTION = 120
#: Controls of players and links to other stories, which stand where captions do.
NO_CAPTION = re.compile(r"(?:hide|show) caption\W*$|\d{1,2}:\d{2}\b|(?:related|watch|read more)\s*:", re.IGNORECASE)
#: Where a credit begins right behind the words of a caption: style sheets alone part them.
GLUED_CREDIT = re.compile(
    r"(?<=[^\s(])(?=\(?(?:image|photo(?:graph)?|picture|credit)s?\s?:)(?<!\w(?=\w))", re.IGNORECASE
)
#: Attributes that hold a picture's address, or several with their sizes.
ADDRESSES = ("src", "srcset", "data-src", "data-srcset", "data-original", "data-lazy-src", "href", "poster")
ENDS_IN_PICTURE = re.compile(r"\.(?:avif|gif|jpe?g|png|webp)$", re.IGNORECASE)
#: What content systems add to the name of a picture in another size.
SIZE = re.compile(r"(?:[-_](?:\d{2,4}x\d{2,4}|scaled|e\d{10,}))+$")
#: A name like `image` or `large` is that of many pictures.
TELLING_NAME = re.compile(r"(?=.*[\d_-]).{8,}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with a caption: the caption as printed, credit included, and the element around both."""

    caption: str
    frame: HtmlElement


def find_pictures(segments: Sequence[Segment], places: Sequence[Positions]) -> list[Picture]:
    """Finds the article's own pictures that have a caption, in order; `places` are those of the article's blocks.

    Its own are those among or beside the article's text. Pictures in a link, under a heading of their own, or in a part
    of the page for other articles are others'.
    """
    of_text = sorted(position for positions in places for position in positions)
    lines_of_pictures = list(_find_lines(segments, set(of_text)))
    if not of_text or not lines_of_pictures:
        return []
    around_text = _list_around([segments[position].place.element for position in of_text])
    container = _find_container(segments[of_text[0]].place.element, segments[of_text[-1]].place.element)
    has_picture = cache(_has_picture)
    frames: dict[HtmlElement, list[int]] = {}
    for position in lines_of_pictures:
        frame = _find_frame(segments[position].place.element, around_text, has_picture)
        if frame is not None:
            frames.setdefault(frame, []).append(position)
    pictures = []
    for frame, positions in frames.items():
        lines = [segments[position] for position in positions]
        caption = GLUED_CREDIT.sub(" ", " ".join(line.text for line in lines))
        joint = _find_joint(lines[0].place.element, around_text)
        may_be_caption = 0 < count_words(caption) <= LONGEST_CAPTION and not NO_CAPTION.match(caption)
        if joint is None or not may_be_caption or _is_teaser(frame, lines):
            continue
        is_before, is_after = positions[0] < of_text[0], positions[0] > of_text[-1]
        if not ((is_before and joint.tag in ("body", "html")) or (is_after and _is_above(joint, container))):
            pictures.append(Picture(caption, frame))
    return pictures


def list_captions(pictures: Iterable[Picture]) -> tuple[str, ...]:
    """Lists the captions, each once."""
    return tuple(dict.fromkeys(picture.caption for picture in pictures))


def find_image_caption(pictures: Iterable[Picture], image_url: str | None) -> str | None:
    """Finds the caption of the picture at an address, in whatever size; None where that is not one caption."""
    name = _name_picture(image_url or "")
    captions = {picture.caption for picture in pictures if name and _shows(picture.frame, name)}
    return captions.pop() if len(captions) == 1 else None


def drop_captions(blocks: Sequence[Block], segments: Sequence[Segment]) -> list[Block]:
    """Drops the blocks that are captions or credits of pictures, and that no line elsewhere says in the same words."""
    captions, others = set[str](), set[str]()
    texts = {block.text for block in blocks}
    for segment in segments:
        if segment.text in texts:
            (captions if _stands_in_caption(segment.place.element) else others).add(segment.text)
    only_captions = captions - others
    return [block for block in blocks if block.text not in only_captions]


def is_caption(element: HtmlElement) -> bool:
    """Tells whether an element holds a caption or a credit, by its tag or its class."""
    return element.tag == "figcaption" or _names_caption(element.get("class"))


@lru_cache(maxsize=10_000)
def _names_caption(names: str | None) -> bool:
    return names is not None and any(name in names for name in CAPTION_NAMES)


def _stands_in_caption(element: HtmlElement) -> bool:
    # No further up: outlets name whole articles by whether their pictures have captions.
    parent = element.getparent()
    return is_caption(element) or (parent is not None and is_caption(parent))


def _find_lines(segments: Sequence[Segment], of_text: set[int]) -> Iterator[int]:
    """Finds the lines that may be captions or credits."""
    for position, (_, _, place) in enumerate(segments):
        may_be = place.places & FIGURE or place.names & NAMED_PICTURE
        if may_be and position not in of_text and not place.is_hidden:
            yield position


def _find_frame(
    element: HtmlElement, around_text: set[HtmlElement], has_picture: Callable[[HtmlElement], bool]
) -> HtmlElement | None:
    """Finds the element around a caption and its picture; None where the line is no caption or has no picture."""
    has_caption, steps = False, 0
    for node in (element, *element.iterancestors()):
        if node in around_text or steps > FURTHEST_FRAME:
            return None
        if has_caption and has_picture(node):
            figure = find_around(node, "figure")
            return node if figure is None or figure in around_text else figure
        has_caption = has_caption or is_caption(node)
        steps += has_caption
    return None


def _has_picture(node: HtmlElement) -> bool:
    return next(node.iter(*PICTURES), None) is not None


def _find_joint(element: HtmlElement, around_text: set[HtmlElement]) -> HtmlElement | None:
    """Finds the nearest element around a caption and the text; None where what is in between is others'."""
    for node in (element, *element.iterancestors()):
        if node in around_text:
            return node
        if node.tag in ELSEWHERE or (node.tag == "a" and not _shows_picture(node)) or _is_named_others(node):
            return None
    return None


def _list_around(elements: Iterable[HtmlElement]) -> set[HtmlElement]:
    """Lists elements and all that are around any of them."""
    around: set[HtmlElement] = set()
    for element in elements:
        node: HtmlElement | None = element
        while node is not None and node not in around:
            around.add(node)
            node = node.getparent()
    return around


def _find_container(first: HtmlElement, last: HtmlElement) -> HtmlElement:
    """Finds the nearest element around both."""
    around = _list_around([first])
    return next(node for node in (last, *last.iterancestors()) if node in around)


def _is_above(node: HtmlElement, other: HtmlElement) -> bool:
    return node is not other and node in set(other.iterancestors())


def _is_teaser(frame: HtmlElement, lines: Sequence[Segment]) -> bool:
    """Tells whether a picture has a heading of its own, or a caption that is one link."""
    return next(frame.iter(*HEADINGS), None) is not None or all(
        line.link_share == 1 and next(line.place.element.iter("a"), None) is not None for line in lines
    )


def _shows_picture(link: HtmlElement) -> bool:
    return ENDS_IN_PICTURE.search(_get_path(link.get("href") or "")) is not None


def _is_named_others(node: HtmlElement) -> bool:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".split()
    return any(classify_name(name) & OTHERS or NOT_OF_STORY.search(name) for name in names)


def _shows(frame: HtmlElement, name: str) -> bool:
    return any(
        name in unquote(value) and name in map(_name_picture, re.split(r",\s+|\s+", value))
        for node in frame.iter(*PICTURES, "source", "a")
        for attribute in ADDRESSES
        if (value := node.get(attribute))
    )


def _get_path(address: str) -> str:
    """Gets the path of an address; empty where it is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _name_picture(address: str) -> str:
    """Names a picture, whatever its size and host; empty where the address is none."""
    path = unquote(_get_path(address))
    name = SIZE.sub("", ENDS_IN_PICTURE.sub("", path.rpartition("/")[2]))
    return name if TELLING_NAME.match(name) else path

"""What stands among an article's paragraphs without being its text: adverts, prompts, what is said twice."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from tasks.reading.block_words import (
    BLOCK_FURNITURE,
    CLOCK_AND_WRITER,
    HONORIFIC,
    IS_AUTHOR,
    KEY_EVENT,
    MARKED,
    MARKED_FURNITURE,
)
from tasks.reading.body import Block
from tasks.reading.furniture_words import AFTER_ARTICLE, BOX, FURNITURE, JOB_ADVERT, LABEL, PROMPT, PROMPTED
from tasks.reading.name_words import AGENCIES, BY
from tasks.reading.names import read_person
from tasks.reading.segments import Segment
from tasks.reading.text import normalise_text
from tasks.reading.time_text import CLOCK, find_date_span

LONGEST_FURNITURE = 30
LONGEST_MARKER = 12
LONGEST_JOB_LINE = 25
#: No more than this share of the text is ever cut off behind a marker.
MOST_CUT = 0.5
#: Of the text; with more of it behind a box, in sentences of so many words, the article goes on there.
MOST_BEHIND_BOX = 0.1
WORDS_OF_SENTENCE = 8
SENTENCE_ENDS = (".", "!", "?", "…", "”", '"')
#: A list's items may begin with a sign that is no part of their link.
FULLY_LINKED = 0.9
OPENING_BLOCKS = 5
LONGEST_BYLINE = 14
LONGEST_BIOGRAPHY = 90
FEWEST_BEFORE_BIOGRAPHY = 3
#: What joins names, and stands before or behind a clock.
BESIDE_NAMES = frozenset(("and", "by", "with", "und", "von", "et", "par", "y", "por", "og", "och", "at", "um", "uhr"))


def clear_furniture(blocks: Sequence[Block], *, said: Iterable[str | None], authors: Sequence[str]) -> list[Block]:
    """Clears the blocks of furniture, byline, what is `said` elsewhere, as the headline, and of all behind the end."""
    end = find_end([block.text for block in blocks], [True] * len(blocks))
    kept = [block for block in blocks[:end] if not is_furniture(block)]
    known = {normalise_text(text) for text in said if text}
    people = [normalise_text(author) for author in authors]
    cleared = [*clear_opening(kept[:OPENING_BLOCKS], known, people), *kept[OPENING_BLOCKS:]]
    strangers = [person for person in people if not any(person in text for text in known)]
    while cleared and ends_no_text(cleared, people, strangers):
        cleared.pop()
    return cleared


def ends_no_text(blocks: Sequence[Block], people: Sequence[str], strangers: Sequence[str]) -> bool:
    """Tells whether the last block is a heading, an author's name, or says who an author is whom no headline names."""
    last = blocks[-1]
    is_biography = len(blocks) > FEWEST_BEFORE_BIOGRAPHY and describes_author(last, strangers)
    return last.kind == "heading" or names_author(last, people) or is_biography


def drop_labelled_links(blocks: Sequence[Block], segments: Sequence[Segment]) -> list[Block]:
    """Drops the lines that are links as a whole and stand right behind a label of furniture, as "Read more:" is one."""
    labels = {block.text for block in blocks if block.text.endswith(":") and is_furniture(block)}
    if not labels:
        return list(blocks)
    unlinked = {segment.text for segment in segments if segment.link_share < FULLY_LINKED}
    linked = {segment.text for segment in segments} - unlinked - labels
    kept: list[Block] = []
    is_behind_label = False
    for block in blocks:
        is_behind_label = block.text in labels or (is_behind_label and block.text in linked)
        if not is_behind_label or block.text in labels:
            kept.append(block)
    return kept


def clear_opening(blocks: Sequence[Block], known: Collection[str], people: Sequence[str]) -> Iterator[Block]:
    """Clears the first blocks of bylines, and of what is `known` until the text begins: behind that, it says it again.

    The text begins with its first sentence. A page may describe itself in the words of a later paragraph or heading.
    """
    has_begun = False
    for block in blocks:
        if is_byline(block, people) or (not has_begun and normalise_text(block.text) in known):
            continue
        has_begun = has_begun or is_sentence(block.text)
        yield block


def find_end(lines: Sequence[str], is_text: Iterable[bool]) -> int:
    """Finds the first line that ends the article, where that is not most of the text; the number of lines if none.

    A box ends it where next to nothing is said in sentences behind it.
    """
    lengths = [len(line) if counts else 0 for line, counts in zip(lines, is_text, strict=True)]
    total, length = sum(lengths), 0
    for position, line in enumerate(lines):
        if length >= MOST_CUT * total and len(line.split()) <= LONGEST_MARKER and not is_sentence(line):
            said = (size for size, text in zip(lengths[position:], lines[position:], strict=True) if is_sentence(text))
            if AFTER_ARTICLE.match(line) or (BOX.match(line) and sum(said) <= MOST_BEHIND_BOX * total):
                return position
        length += lengths[position]
    return len(lines)


def heads_box(text: str) -> bool:
    """Tells whether a line is the heading of a box of other pages."""
    return BOX.match(text) is not None and not is_sentence(text)


def is_sentence(text: str) -> bool:
    """Tells whether a line ends as a sentence does, and has the words of one."""
    return text.endswith(SENTENCE_ENDS) and len(text.split()) >= WORDS_OF_SENTENCE


def is_furniture(block: Block) -> bool:
    """Tells whether a block is a line of the outlet's furniture or of a job advert."""
    text = block.text
    if len(text.split()) <= LONGEST_JOB_LINE and JOB_ADVERT.search(text) and not is_sentence(text):
        return True
    return block.kind != "table" and (is_furniture_line(text) or heads_box(text) or stands_without_text(text))


def stands_without_text(text: str) -> bool:
    """Tells whether a block is a row of signs, the head of an entry, or what an outlet says beside its text."""
    if not any(map(str.isalnum, text)) or heads_entry(text):
        return True
    if len(text.split()) > LONGEST_FURNITURE:
        return False
    lowered = text.lower()
    is_marked = any(mark in lowered for mark in MARKED)
    return BLOCK_FURNITURE.match(lowered) is not None or (is_marked and MARKED_FURNITURE.match(lowered) is not None)


def heads_entry(text: str) -> bool:
    """Tells whether a block heads an entry of a live blog: a clock that is run together with its writer's name."""
    if KEY_EVENT.fullmatch(text):
        return True
    match = CLOCK_AND_WRITER.fullmatch(text)
    return match is not None and " " in match[1] and read_person(match[1], frozenset()) is not None


def is_furniture_line(text: str) -> bool:
    """Tells whether a line says what outlets put among their articles."""
    if len(text.split()) > LONGEST_FURNITURE:
        return False
    lowered = text.lower()
    if FURNITURE.match(lowered) or (LABEL.match(lowered) and not is_sentence(text)):
        return True
    return any(word in lowered for word in PROMPTED) and PROMPT.match(lowered) is not None


def names_author(block: Block, people: Sequence[str]) -> bool:
    """Tells whether a paragraph is the name of an author, with or without "by", and nothing else."""
    return block.kind == "paragraph" and normalise_text(BY.sub("", block.text)) in people


def describes_author(block: Block, people: Sequence[str]) -> bool:
    """Tells whether a paragraph says who one of these people is: it begins with the name and goes on so."""
    if block.kind not in ("paragraph", "quote") or len(block.text.split()) > LONGEST_BIOGRAPHY:
        return False
    level = HONORIFIC.sub("", normalise_text(block.text))
    return any(level.startswith(person) and IS_AUTHOR.match(level, len(person)) for person in people if person)


def is_byline(block: Block, people: Sequence[str]) -> bool:
    """Tells whether a block only names the authors, the date, or both, or an agency."""
    words = len(block.text.split())
    if words > LONGEST_BYLINE or block.text.rstrip().endswith((".", "?", "!", "”", '"', "’")):
        return False
    level = normalise_text(block.text)
    named = [person for person in people if person and person in level]
    span = find_date_span(block.text)
    if level in AGENCIES or ((named or span) and not _list_others(block.text, span, named)):
        return True
    rest = (
        words
        - sum(len(person.split()) for person in named)
        - (len(block.text[span[0] : span[1]].split()) if span else 0)
    )
    return (
        bool(named or span)
        and rest <= words // 2
        and (bool(span) or level in named or BY.match(block.text) is not None)
    )


def _list_others(text: str, span: tuple[int, int] | None, named: Sequence[str]) -> set[str]:
    """Lists the words of a line that are neither of its date and time nor of the authors that it names."""
    level = normalise_text(CLOCK.sub(" ", f"{text[: span[0]]} {text[span[1] :]}") if span else text)
    for person in sorted(named, key=len, reverse=True):
        level = level.replace(person, " ")
    return set(level.split()) - BESIDE_NAMES

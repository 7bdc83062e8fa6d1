"""What stands among an article's paragraphs without being its text: adverts, prompts, what is said twice."""

import re
from collections.abc import Iterable, Sequence

from tasks.reading.body import Block
from tasks.reading.name_words import BY
from tasks.reading.text import normalise_text
from tasks.reading.time_text import find_date_span

#: Lines of an outlet's own furniture, in lower case: at the start of a block of at most LONGEST_FURNITURE words.
FURNITURE = re.compile(
    r"""[^\w\s"'“”„‘’«]{0,3}\s?(?:  # an arrow or a pointing hand, never a quotation mark
    share(?:\ this(?:\ (?:article|story|page|post))?|\ on\ (?:facebook|twitter|x|linkedin|whatsapp))\b
    | have\ your\ say\W*$ | hide\ ad\W*$ | advertisements?\W*$ | (?:story|article)\ continues\ below
    | scroll\ (?:down\ )?(?:for|to\ continue)
    | (?:read|see|find\ out|discover|watch)\ (?:more|next|also|now)\b | (?:also\ )?read\s?: | more\s?:
    | also\ read\b | don['’]t\ miss\b
    | (?:more|latest)\ (?:on\ this|news\ from|stories\ from)\b
    | (?:related|recommended|similar)\ (?:articles?|stor(?:y|ies)|content|news|posts?|topics?|links?|reading)\b
    | see\ also\W | you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested)\b
    | (?:sign|log)\ ?(?:up|in|on)\ (?:to|for|now|here|and|with)\b | sign\ up\W*$
    | (?:please\ )?(?:register|subscribe)(?:\ (?:now|to|for|here|today|free)\b|\W*$)
    | get\ (?:the|our|all\ the|your)\ .*\b(?:newsletter|inbox|alerts?|app)\b
    | already\ (?:a|an|have)\ .*\b(?:member|subscriber|account|registered|subscription)\b
    | you(?:['’]ve|\ have)\ (?:read|reached|used)\ (?:all\ )?your\b.*\b(?:free|monthly)\b
    | thank\ you\ for\ (?:signing|subscribing|registering)
    | (?:digital|print)\ (?:membership|subscription|edition)\W*$ | from\ £\d[\d.]*\ ?/\ ?(?:month|year|week)
    | comments?\ are\ (?:now\ )?closed
    | (?:one|two|three|no|\d+)\ (?:responses?|comments?|replies)\W*$
    | (?:leave|post|add)\ (?:a\ )?(?:comment|reply)
    | join\ the\ (?:conversation|discussion|debate)
    | follow\ (?:us|@|.*\bon\ (?:facebook|twitter|x|instagram|linkedin))\b | (?:like|find)\ us\ on\b
    | listen\ (?:to\ (?:this|the)\ (?:article|story)|(?:here\ )?on\ (?:your|apple|spotify)\b)
    | click\ here\ (?:to|for)\b | copy\ link\W*$
    | print\ this\b | email\ this\b | skip\ to\b | back\ to\ top
    | \W?(?:photo(?:graph)?|picture|image|pic|video)s?(?:\ (?:credit|source|by|courtesy))?\s?[:©(]
    | \W?credit\s?: | \(?(?:image|photo|picture|credit)\s?: | ©\ ?\w
    | (?:we|this\ (?:site|website))\ uses?\ cookies | (?:accept|manage)\ (?:all\ )?cookies
    | (?:got|do\ you\ have)\ a\ (?:story|tip)\b | for\ more\ stories\ like\ this
    | \d+\ min(?:ute)?s?\ read\W*$
    )""",
    re.VERBOSE,
)
#: Labels, in lower case, that are furniture where no sentence begins with these words.
LABEL = re.compile(
    r"""[^\w\s"'“”„‘’«]{0,3}\s?(?:
    (?:more|latest)\ from\b | (?:last\ )?updated\W | published\W
    | (?:one|two|three|no|\d+)\ (?:responses?|comments?|replies)\ (?:to|on)\b
    )""",
    re.VERBOSE,
)
#: Words of which one stands in every prompt.
PROMPTED = ("newsletter", "inbox", "bulletin", "alert", "update")
#: Prompts to have something sent, anywhere in a line in lower case.
PROMPT = re.compile(
    r"""[^\w\s"'“”„‘’«]{0,3}\s?[^.!?]{0,60}\bnewsletters?\b[^.!?]{0,60}$
    | .*\b(?:delivered\ (?:straight\ |directly\ )?to\ your\ inbox
      | (?:sign\ up|subscribe)\ (?:to|for)\ (?:our|the|your)\ .*\b(?:newsletters?|bulletins?|alerts?|updates?))\b
    """,
    re.VERBOSE,
)
#: Where the article has ended: what follows is comments, adverts or other pages.
AFTER_ARTICLE = re.compile(
    r"""(?:
    (?:one|\d+)\ (?:responses?|comments?)\ (?:to|on)\b | comments\ are\ closed
    | leave\ a\ (?:comment|reply)\W*$ | [\w\ ]+\ digital\ membership\W*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
#: What a box is headed, which may also stand in the article.
BOX = re.compile(
    r"""(?:
    more\ from\ [\w\ ]+ | most\ (?:read|popular|viewed|commented) | partner\ content | sponsored\ (?:content|links)
    | (?:featured|latest|recommended|related|similar|more|top|all|\w+\ care|\w+\ work|teaching|council)\ jobs
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
JOB_ADVERT = re.compile(r"£\s?[\d,.]+k?.*\b(?:per\ annum|p\.?a\.?|per\ hour|pro\ rata)\b", re.IGNORECASE)
LONGEST_FURNITURE = 30
LONGEST_MARKER = 12
LONGEST_JOB_LINE = 25
#: No more than this share of the text is ever cut off behind a marker.
MOST_CUT = 0.5
#: Of the text; with more of it behind a box, in sentences of so many words, the article goes on there.
MOST_BEHIND_BOX = 0.1
WORDS_OF_SENTENCE = 8
SENTENCE_ENDS = (".", "!", "?", "…", "”", '"')
OPENING_BLOCKS = 5
LONGEST_BYLINE = 14


def clear_furniture(blocks: Sequence[Block], *, said: Iterable[str | None], authors: Sequence[str]) -> list[Block]:
    """Clears the blocks of furniture, byline, what is `said` elsewhere, as the headline, and of all behind the end."""
    end = find_end([block.text for block in blocks], [True] * len(blocks))
    kept = [block for block in blocks[:end] if not is_furniture(block)]
    known = {normalise_text(text) for text in said if text}
    people = [normalise_text(author) for author in authors]
    opening = [
        block
        for block in kept[:OPENING_BLOCKS]
        if not (normalise_text(block.text) in known or is_byline(block, people))
    ]
    cleared = [*opening, *kept[OPENING_BLOCKS:]]
    while cleared and (cleared[-1].kind == "heading" or names_author(cleared[-1], people)):
        cleared.pop()
    return cleared


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
    return block.kind != "table" and (is_furniture_line(text) or heads_box(text))


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


def is_byline(block: Block, people: Sequence[str]) -> bool:
    """Tells whether a block only names the authors, the date, or both."""
    words = len(block.text.split())
    if words > LONGEST_BYLINE or block.text.rstrip().endswith((".", "?", "!", "”", '"', "’")):
        return False
    level = normalise_text(block.text)
    named = [person for person in people if person and person in level]
    span = find_date_span(block.text)
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

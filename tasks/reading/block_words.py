"""The words of blocks that stand alone without being text, and that the forests were not trained to know.

What is said in furniture_words.py is measured of each line of a page, and the forests have to be trained again when it
changes; what is said here only clears blocks that they took for text.
"""

import re

#: Lines of an outlet's own furniture, in lower case: at the start of a short block.
BLOCK_FURNITURE = re.compile(
    r"""[^\w\s"'“”„‘’«]{0,3}\s?(?:
    copyright\ ?(?:©|\(c\))?\s?(?:19|20)\d\d\b
    | (?:read|watch|see|related)\s?[|»>] | related\s?:
    | follow\ (?:all\ (?:of\ )?)?(?:our|the\ ap['’]s|ap['’]s)\ (?:[\w-]+\ ){0,3}coverage\b
    | get\ e-?mail\ (?:updates|alerts)\b | \(?ends?\)?\W*$ | view\ this\ post\ on\b
    | (?:representati(?:ve|onal)|file)\ (?:photo|image|picture|pic)s?(?:\s?[^\w\s]|\ of\b|\ dated\b|$)
    )""",
    re.VERBOSE,
)
#: Of these, one stands in every line that has its mark behind its first words.
MARKED = ("©", "@", "rights reserved", "please consider", "commission", "affiliate")
MARKED_FURNITURE = re.compile(
    r"""[^\w\s"'“”„‘’«]{0,3}\s?(?:
    .*(?:©|\bcopyright\b).*\ball\ rights\ reserved\b | [^.!?]{0,40}©\s?(?:19|20)\d\d\b
    | (?=.*\b(?:reporting|journalism|newsroom|stor(?:y|ies)|our|us|we)\b)
      .*\bplease\ consider\ (?:making\ a\ |a\ )?donati(?:on|ng)\b
    | (?=.*\b(?:links?|affiliates?)\b)
      .*\b(?:earn|receive|get)s?\ (?:us\ )?(?:an?\ )?(?:small\ |affiliate\ )?commissions?\b
    | .*\bcontains?\ affiliate\ links?\b
    | (?!.*(?:police|council|crime|\.gov|\.nhs))(?:do|did|have|has|are|were|is|was|what|how|if)\b[^?]*\?\W*(?:please\ )?
      (?:get\ in\ touch|let\ us\ know|e-?mail|contact|tell\ us|write\ to)\b.*@\w
    | \S+@\S+\.\w{2,}\W*$ | a\ post\ shared\ by\b.*\(@
    )""",
    re.VERBOSE,
)
#: What heads an entry of a live blog: the clock, run together with its writer's name, as both have their own elements.
KEY_EVENT = re.compile(r"\d{1,2}[:.]\d\d\s?(?:[ap]m\s?)?KEY EVENT")
CLOCK_AND_WRITER = re.compile(r"\d{1,2}:\d\d(?:[ap]m)?([^\W\d_a-z].*)")
HONORIFIC = re.compile(r"(?:dr|prof|professor|sir|dame|mr|mrs|ms) ")
#: How a biography goes on behind the author's name, normalised; what somebody was or has been may be news.
IS_AUTHOR = re.compile(
    r" (?:is|writes|covers|reports|works|serves|was (?:an?|the|born|previously|formerly)"
    r"|has been (?:an?|the|at|with|writing|working|covering|reporting))\b"
)

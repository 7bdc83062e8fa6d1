"""The words of what stands among an article's paragraphs without being its text, and of what ends it."""

import re

#: Lines of an outlet's own furniture, in lower case: at the start of a short block.
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

"""The words that tell an inspection of a public service, by group, and those that only look like them.

The patterns are for text in lower case with straight quotes and single spaces.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

#: A text without any of these is not about an inspection, and is not searched for more: it saves most of the cost.
ROOTS = (
    *("inspect", "ofsted", "estyn", "care quality commission", "education scotland", "healthcare improvement"),
    *("welfare commission", "regulation and quality", "monitoring board", "watchdog", "regulator", "arolygiaeth"),
    *("special measures", "statutory direction", "statutory intervention", "monitoring visit", "focused visit"),
    *("improvement notice", "improvement partner", "improvement board", "commissioner", "action plan", "action notice"),
    *("compliance notice", "warning notice", "unannounced", "urgent notification", "serious weakness", "report card"),
    *("statement of action", "inadequate", "improvement"),
    *("CQC", "HMI", "RQIA", "ETI", "CJINI", "CIW", "HIW", "JTAI", "ILACS"),
)
#: Who inspects public services; a best value inspection has no inspectorate, only inspectors.
INSPECTORATE = (
    r"ofsted|estyn|cqc|care quality commission|hmicfrs|hmics?|hmips?|rqia|eti|cjini|ciw|hiw|"
    r"care inspectorate(?: wales)?|arolygiaeth gofal cymru|hmi (?:prisons|probation)|"
    r"(?:his|her) majesty's (?:chief )?inspect(?:or(?:ate)?s?|ion)\b|hm (?:chief )?inspector(?:ate)?s?|"
    r"chief inspector of (?:prisons|probation|constabulary|schools|education|fire)|"
    r"(?:prisons?|probation|police|constabulary|education|schools|care|independent schools) inspectorate|"
    r"inspectorate of (?:constabulary|prisons|probation|education)|independent monitoring board|"
    r"education and training inspectorate|education scotland|healthcare inspectorate wales|"
    r"healthcare improvement scotland|regulation and quality improvement authority|mental welfare commission|"
    r"criminal justice inspection(?: northern ireland)?|regulator of social housing|"
    r"(?:education|schools?|care|health|healthcare|prisons?|probation) (?:watchdog|regulator)|"
    r"children's services watchdog|best value inspect(?:ion|ors?)"
)
#: What inspectors of public services do and what follows: hardly any other trade uses these words.
INSTRUMENT = (
    r"monitoring (?:visit|inspection)s?|focused visits?|joint targeted area inspections?|joint inspections?|jtai|"
    r"ilacs|area send inspections?|local area inspections?|send inspections?|special measures|"
    r"statutory (?:direction|intervention)s?|improvement (?:notice|partner|board)s?|"
    r"priority action (?:plan|notice)s?|compliance notices?|commissioners? (?:appointed|sent in|to run)|"
    r"(?:graded|ungraded|core|short) inspections?|inspection (?:reports?|visits?|framework|judge?ments?|"
    r"outcomes?|findings|ratings?)|unannounced (?:inspection|visit)s?|full inspection|re-?inspect(?:ion|ed)|"
    r"section (?:5|8|48) inspections?|warning notices?|urgent notifications?|serious weaknesses|report cards?|"
    r"written statement of action"
)
INSPECTING = r"inspect(?:ions?|ors?|ed|ing|orates?|s)?"
#: Who oversees anything at all: never evidence by itself.
OVERSEER = r"watchdogs?|regulators?"
#: A grade counts where it is judged or quoted; nothing else requires improvement. Estyn's schools need significant
#: improvement, local areas have systemic failings, and landlords get C1 to C4, G1 to G4 and V1 to V4.
GRADE = (
    r"inadequate|requir(?:es?|ed|ing) improvement|outstanding|good|significant improvement|"
    r"(?:widespread|systemic)(?: and(?:/or)? systemic)? failings|(?:c|g|v)[1-4]"
)
JUDGING = (
    r"rat(?:ed?|es|ings?)|judg(?:ed|e?ments?|ing)|grad(?:ed?|es|ing)|brand(?:ed|s)|deem(?:ed|s)|declare[ds]?|"
    r"found to be|(?:up|down)graded|drops? to|verdict|slammed as|continues to be|is now"
)
#: What is inspected.
SERVICE = (
    r"children's (?:services|social care|homes?)|social (?:services|care|work(?:ers?)?)|"
    r"(?:primary|secondary|infant|junior|special|high|grammar|free|nursery|independent|boarding) schools?|schools?|"
    r"academ(?:y|ies)|nurser(?:y|ies)|childminders?|colleges?|training provider|pupils|"
    r"care (?:homes?|providers?|services?)|nursing homes?|home ?care|domiciliary care|adult social care|"
    r"hospitals?|(?:nhs|hospital|health|foundation|ambulance|mental health)(?: \w+)? trusts?|health boards?|"
    r"maternity (?:services?|units?|wards?)|gp (?:surgery|practice)s?|(?:medical|health) (?:centre|practice)s?|"
    r"surger(?:y|ies)|dental practices?|hospices?|prisons?|prisoners|young offender institutions?|hmp|yoi|"
    r"secure (?:training )?(?:centre|unit|home)s?|police forces?|constabular(?:y|ies)|"
    r"probation (?:service|unit|region)s?|fire (?:and rescue )?services?|"
    r"youth (?:justice|offending) (?:service|team)s?|fostering|adoption (?:agenc(?:y|ies)|services?)|"
    r"housing associations?|local area partnerships?"
)
#: What speaks again of an inspection that was named: a place of the text, but never evidence.
FINDING = r"(?:the|its|their|this|damning|critical|scathing|glowing) report|report (?:says|said|finds|found|published)"
#: Who is inspected, and does so much else that the word alone says nothing.
AUTHORITY = r"councils?|local authorit(?:y|ies)|landlords?"
#: Inspectors and inspections of other trades.
LOOKALIKE = (
    r"(?:detective|chief|police|det|temporary|acting|superintendent|ticket|revenue|rspca|zoo|hse|meat|tax|customs|"
    r"weapons|nuclear|arms|un|iaea|government zoo|food|hygiene|food hygiene|food safety|food standards|"
    r"environmental health|restaurant|kitchen|mot|vehicle|car|road|bridge|track|rail|aircraft|airworthiness|building|"
    r"home|house|pest|health and safety|safety|fire safety|pitch|course|stewards?'?|planning|site|pre-purchase|"
    r"insurance|boiler|gas|border|cargo|ballot|immigration|labou?r|factory|mine|dam|drone|visual|quality|annual|"
    r"routine|close|closer|forensic|public) "
    r"(?:hygiene |safety )?(?:inspect(?:ions?|ors?|ed|orate)|ratings?)|"
    r"inspect(?:ions?|ing) of (?:the )?(?:pitch|course|track|vehicle|car|wreck(?:age)?|scene|damage|body|property|"
    r"sewer|bridge|aircraft|engine|cargo|cladding|roof|accounts?)|inspector general|inspectors? of taxes|"
    r"inspected (?:a|the) guard of honour|security councils?|council of (?:ministers|europe)|european council|"
    r"council tax|age[- ]rating|(?:top|highly|x)[- ]rated|credit rat(?:ed|ings?)"
)
#: What only other trades, adverts, obituaries, directories and guides say.
FOREIGN = (
    r"hygiene (?:ratings?|scores?|inspect\w+)|food (?:hygiene|safety|standards)|environmental health|mot|"
    r"health and safety executive|hse|rspca|kennels|planning inspector(?:ate)?|ofqual|ofwat|ofcom|"
    r"ofgem|audit firms?|iaea|border control|clerk of the course|"
    r"salary|per annum|per hour|pro rata|closing date|to apply|apply (?:now|online|by|with|through)|"
    r"your (?:cv|application)|immediate start|opportunity has arisen|wish(?:es)? to appoint|driving licence|"
    r"obituar(?:y|ies)|(?:who|and) has died|has died,? (?:aged|at the age)|died (?:aged|peacefully)|passed away|"
    r"(?:is|was|are) survived by|(?:his|her|the) funeral (?:is|will)|memorial service|lives remembered|"
    r"net worth|free trial|pricing|fees from|when you click|reviews from|book a (?:visit|tour)|for sale|on the market|"
    r"stay tuned|in conclusion|in today's"
)
#: Words that pages about something else have, and others now and then: one is chance, several are not.
OTHER = (
    r"hygiene|planning (?:committee|application)|exam board|charity commission|environment agency|sewage|pollution|"
    r"bathing water|auditors?|restaurants?|takeaways?|pubs?|cafes?|"
    r"enrichment|customs|cladding|stewards|racecourse|kick-?off|goalkeeper|fixtures?|stadium|aircraft|viaduct|garages?|"
    r"zoo|vacanc(?:y|ies)|recruit(?:ment|ing)|job (?:description|advert|type)|full[- ]time|permanent post|"
    r"applications?|applicants?|candidates?|references|interviews?|pension|(?:enhanced|dbs) checks?|you (?:will|must)|"
    r"we (?:are (?:looking for|recruiting|seeking)|offer)|(?:are|is) looking for|free parking|relocation|"
    r"(?:has|have) died|died (?:in|at home|on)|dies|(?:his|her|the) (?:funeral|widow|memoirs?)|remembered|tributes?|"
    r"retir(?:ing|es|ed|ement)|was born|born in|his wife|her husband|donations|mbe|obe|honours|"
    r"prices?|priced|per month|near you|compare|reviews|estate agents?|bedrooms?|checklists?|software|apps?|open days?|"
    r"respite|tickets?|follow us|pros|cons|guide|tips|episode|series|"
    r"detective|arrested|anniversary|birthday|fete|charity"
)
#: In the order in which they are tried where several begin at one word.
GROUPS = {
    "inspectorate": INSPECTORATE,
    "foreign": FOREIGN,
    "lookalike": LOOKALIKE,
    "instrument": INSTRUMENT,
    "inspecting": INSPECTING,
    "grade": GRADE,
    "judging": JUDGING,
    "service": SERVICE,
    "authority": AUTHORITY,
    "overseer": OVERSEER,
    "finding": FINDING,
    "other": OTHER,
}
FIRST_WORDS = re.compile(r"\(\?:([^()]*)\)(.*)")


def split_alternatives(pattern: str) -> Iterator[str]:
    """Splits a pattern into its alternatives, each of which begins with a letter."""
    depth, start = 0, 0
    for place, character in enumerate(pattern + "|"):
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            alternative, start = pattern[start:place], place + 1
            match = FIRST_WORDS.fullmatch(alternative)
            yield from (word + match[2] for word in match[1].split("|")) if match else [alternative]


def compile_terms() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Compiles one pattern of all terms, and the name of the group that each of its numbered groups is of.

    Terms are put together by their first letter, so that a word is tried against few of them.
    """
    letters: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, pattern in GROUPS.items():
        for alternative in split_alternatives(pattern):
            letters[alternative[0]][name].append(alternative[1:])
    branches = [
        letter + "(?:" + "|".join(f"({'|'.join(endings)})" for endings in groups.values()) + ")"
        for letter, groups in letters.items()
    ]
    names = tuple(name for groups in letters.values() for name in groups)
    return re.compile(rf"\b(?:{'|'.join(branches)})\b"), names


TERM, GROUP_NAMES = compile_terms()

"""The words that tell an inspection of a public service, by group, and those that only look like them."""

import re

Group = str

#: Who inspects. Abbreviations count in capitals only.
INSPECTORATES = re.compile(
    r"\b(?:(?i:Ofsted|Estyn|HMICFRS|HMICS|Care Quality Commission|Care Inspectorate(?: Wales)?|"
    r"Arolygiaeth Gofal Cymru|"
    r"(?:His|Her) Majesty['’]s (?:Chief )?Inspector(?:ate)?|HM (?:Chief )?Inspector(?:ate)?|HMI (?:Prisons|"
    r"Probation)|(?:Prisons?|Probation) Inspectorate|"
    r"Education and Training Inspectorate|Education Scotland|Regulation and Quality Improvement Authority|"
    r"Healthcare Inspectorate Wales|"
    r"Healthcare Improvement Scotland|Criminal Justice Inspection(?: Northern Ireland)?|"
    r"Independent Schools Inspectorate|Mental Welfare Commission|"
    r"Inspectorate of (?:Constabulary|Prisons|Probation|Education)|Regulator of Social Housing|(?:education|"
    r"schools?|care|health|prisons?|police|probation|children['’]s services) (?:watchdog|inspectorate))|"
    r"CQC|RQIA|ETI|HMIP|HMIC|HMIPS|CJINI|CIW|HIW)\b"
)
#: What inspectors do and what follows: no other trade uses these words.
INSTRUMENTS = re.compile(
    r"\b(?:monitoring (?:visit|inspection)s?|focused visits?|joint targeted area inspections?|JTAI|ILACS|"
    r"area SEND inspections?|(?:local area|SEND) inspections?|"
    r"(?:put|placed|plac(?:e|ing)|remain(?:s|ed)?|out|taken|go(?:es)?|went|in|into|exit(?:s|ed)?) (?:of |in |"
    r"into |under )?special measures|special measures|"
    r"statutory (?:direction|notice|intervention)s?|improvement (?:notice|partner|board)s?|"
    r"children['’]s (?:services )?commissioner|commissioner(?:s)? (?:appointed|sent in|to run)|"
    r"inspection (?:reports?|visits?|framework|judg(?:e)?ments?|outcomes?|findings|ratings?)|"
    r"unannounced (?:inspection|visit)s?|full inspection|re-?inspection|section (?:5|8|48) inspections?|"
    r"warning notices?|urgent (?:notification|improvement)|serious weaknesses|monitoring report)\b",
    re.IGNORECASE,
)
#: Inspection in general: evidence only beside a public service.
INSPECTING = re.compile(r"\b(?:inspect(?:ion|ions|ors?|ed|ing|orates?)|watchdogs?|regulators?)\b", re.IGNORECASE)
GRADE_WORD = r"(?:inadequate|requir(?:es?|ing) improvement|outstanding|good)"
#: A grade in quotes, or beside a word of judging.
GRADES = re.compile(
    rf"[‘'“\"]{GRADE_WORD}(?: to be good)?[’'”\"]|"
    rf"\b(?:rat(?:ed|ing|es?|ings)|judg(?:e|ed|ement|ment|ing)s?|grad(?:ed|e|ing)|brand(?:ed|s)|deem(?:ed|s)|"
    rf"declar(?:ed|es)|found to be|verdict|slammed as|drops? to|upgraded to|"
    rf"downgraded to)\b(?:\W+\w+){{0,4}}?\W+{GRADE_WORD}\b|"
    rf"\b(?:inadequate|requir(?:es?|ing) improvement|outstanding|good) (?:rating|judg(?:e)?ment|grade|verdict|"
    rf"by (?:ofsted|inspectors|the (?:CQC|inspectorate|watchdog)))\b|\brequir(?:es?|ing) improvement\b",
    re.IGNORECASE,
)
#: What is inspected.
BODIES = re.compile(
    r"\b(?:children['’]s (?:services|social care|homes?)|social (?:services|care|work(?:ers?)?)|(?:county|borough|"
    r"city|town|district|unitary|metropolitan)? ?councils?|local authorit(?:y|ies)|"
    r"(?:primary|secondary|infant|junior|special|high|grammar|free|nursery|independent|boarding|pre-?)? ?schools?|"
    r"academ(?:y|ies)|multi-academy trusts?|nurser(?:y|ies)|childminders?|colleges?|"
    r"care (?:homes?|providers?|services?)|nursing homes?|home ?care|domiciliary care|adult social care|"
    r"hospitals?|(?:NHS|hospital|health|foundation|ambulance|mental health)(?: \w+)? trusts?|health boards?|"
    r"maternity (?:services?|units?|wards?)|"
    r"GP (?:surgery|practice)s?|(?:medical|health) (?:centre|practice)s?|surger(?:y|ies)|dental practices?|"
    r"hospices?|prisons?|young offender institutions?|HMP|YOI|secure (?:training )?(?:centre|unit|home)s?|"
    r"police forces?|constabular(?:y|ies)|probation (?:service|unit|region)s?|fire (?:and rescue )?services?|"
    r"youth (?:justice|offending) (?:services?|teams?)|fostering|adoption (?:agenc(?:y|ies)|services?)|"
    r"housing associations?|landlords?)\b",
    re.IGNORECASE,
)
#: Inspectors and inspections of other trades; taken out of the text before anything is looked for.
LOOKALIKES = re.compile(
    r"\b(?:(?:(?i:detective|chief|police|det|temporary|acting)\.? )+(?i:inspector|insp)s?\b|Inspector (?!of\b|"
    r"general\b)[A-Z]\w+|DI [A-Z]\w+|DCI [A-Z]\w+|"
    r"(?i:(?:food|hygiene|food hygiene|food safety|food standards|environmental health|restaurant|kitchen|MOT|"
    r"vehicle|car|road|bridge|track|rail|aircraft|airworthiness|building|home|house|pest|tax|customs|"
    r"weapons|nuclear|arms|UN|IAEA|meat|health and safety|safety|fire safety|pitch|course|steward['’]?s|planning|"
    r"pre-purchase|insurance|boiler|gas|ticket|border|cargo|ballot|immigration|labou?r|factory|mine|dam|drone|"
    r"visual|annual|routine|close|closer|further|forensic)"
    r" (?:hygiene |safety )?(?:inspect(?:ion|ions|or|ors|ed)|inspectorate|ratings?))|(?i:planning inspectorate|"
    r"hygiene ratings?|(?:pitch|track|course) (?:passed|failed) (?:an? |its )?(?:early |morning )?inspection|"
    r"inspections? of (?:the )?(?:pitch|course|track|vehicle|car|wreck(?:age)?|scene|damage|body|property|"
    r"premises by police|sewer|bridge|aircraft|engine|cargo)|inspector general|inspectors? of taxes|"
    r"tax inspectors?|chief inspector of (?:the )?police)"
    r"|(?i:security councils?|council of (?:ministers|europe)|european council|credit rat(?:ed|ing|ings)|"
    r"age[- ]rating|(?:top|highly)[- ]rated))"
)
#: An advert for a job in an inspected service, or an obituary of an inspector, is not about an inspection.
OTHER_KINDS = re.compile(
    r"\b(?:salary|per annum|closing date|apply (?:now|online|by)|job (?:description|advert|type)|full[- ]time|"
    r"permanent|we are (?:looking for|recruiting|seeking)|"
    r"obituary|died (?:aged|peacefully)|passed away|survived by|funeral)\b",
    re.IGNORECASE,
)

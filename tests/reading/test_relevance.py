"""Relevance: inspections of public services, and what only looks like one."""

import pytest

from tasks.reading.relevance import score_relevance

RELEVANT = [
    (
        "Nursery rated inadequate after safeguarding failures",
        (
            "Inspectors visited Bright Stars Nursery in March and found that staff did not know how to report "
            "concerns. Ofsted rated the nursery inadequate in all areas. A reinspection will follow."
        ),
    ),
    (
        "Care home in Fenwick placed in special measures",
        (
            "The Care Quality Commission has placed a care home in special measures after an unannounced "
            "inspection found medicines were not managed safely. The home was rated inadequate overall."
        ),
    ),
    (
        "Prison 'among the worst' that inspectors have seen",
        (
            "HM Inspectorate of Prisons found rats, broken showers and record violence at HMP Northmoor. The "
            "chief inspector issued an urgent notification to the justice secretary after the inspection."
        ),
    ),
    (
        "School celebrates after glowing report",
        (
            "Pupils and staff at Elm Park Primary School are celebrating after Ofsted inspectors judged it to be "
            "outstanding. The inspection took place over two days in May."
        ),
    ),
    (
        "Estyn praises progress at valley school",
        (
            "A school has been taken out of special measures, Estyn has said in a letter following its latest "
            "monitoring visit to the school this spring."
        ),
    ),
    (
        "Police force must improve how it answers calls, says watchdog",
        (
            "HMICFRS has graded the force inadequate at responding to the public. The constabulary requires "
            "improvement in four other areas, the inspection report said."
        ),
    ),
    (
        "Council told to improve services for children with special needs",
        (
            "A joint inspection by Ofsted and the Care Quality Commission found widespread failings in SEND "
            "services run by the local authority and the NHS. The council must now write an improvement plan."
        ),
    ),
    (
        "Hospital maternity unit downgraded",
        (
            "The maternity service at the hospital has been downgraded to inadequate by the CQC. Inspectors said "
            "there were not enough midwives on the ward and issued a warning notice to the trust."
        ),
    ),
    (
        "Fire service 'has made good progress'",
        (
            "The inspectorate HMICFRS revisited the fire and rescue service and found that it had made good "
            "progress since its inspection, which rated it as requires improvement."
        ),
    ),
    (
        "Minister sends commissioner into failing children's services",
        (
            "The government has issued a statutory direction to the council after inspectors rated its "
            "children's services inadequate for a second time. A commissioner will report in three months."
        ),
    ),
    (
        "Care service in the Highlands criticised",
        (
            "The Care Inspectorate has served an improvement notice on a care home after inspectors raised "
            "serious concerns about staffing and the quality of care. The home has until June to improve."
        ),
    ),
    (
        "Probation region rated 'requires improvement'",
        (
            "HM Inspectorate of Probation has rated the region's probation service as 'requires improvement' "
            "after an inspection that found high caseloads and poor risk assessment of people released from "
            "prison."
        ),
    ),
    (
        "Inspectors find 'inadequate' care at children's home",
        (
            "A children's home has been told to stop taking new residents. Inspectors said the home, which is "
            "run by a private company, was inadequate and that children were at risk of harm."
        ),
    ),
    (
        "RQIA finds failings at nursing home",
        (
            "An unannounced inspection by the RQIA found that the nursing home did not have enough staff. A "
            "notice was issued and the home has three months to comply with regulations."
        ),
    ),
]

NOT_RELEVANT = [
    (
        "Man charged over town centre stabbing",
        (
            "Detective Inspector Sarah Cole said officers were called to the High Street at 10pm. Police "
            "Inspector Mark Hale appealed for witnesses. The man was taken to hospital and later appeared at "
            "court after a school car park was searched."
        ),
    ),
    (
        "Takeaway given zero for hygiene",
        (
            "Food hygiene inspectors from the council found mouse droppings in the kitchen of the takeaway. The "
            "food hygiene rating of zero means urgent improvement is necessary. It was rated good two years ago."
        ),
    ),
    (
        "How to pass your MOT",
        (
            "A vehicle inspection can be stressful. MOT inspectors look at brakes, lights and tyres. Book an MOT "
            "inspection early and have the car checked, says the motoring group, which rated garages good or "
            "outstanding."
        ),
    ),
    (
        "Derby called off after pitch inspection",
        (
            "The match was postponed after a pitch inspection on Saturday morning. The referee said the ground, "
            "next to the school, was frozen. Inspectors from the league will look at the drainage."
        ),
    ),
    (
        "UN weapons inspectors return",
        (
            "UN weapons inspectors have been let into the site for the first time in years. The inspection team "
            "of the IAEA will report to the security council next month. Diplomats said the regime must prove it "
            "is willing."
        ),
    ),
    (
        "Tax inspectors to look at crypto traders",
        (
            "Tax inspectors will write to thousands of people who have traded cryptocurrency. The revenue said "
            "that inspectors would use new powers. Most returns are good, it said."
        ),
    ),
    (
        "Head of Children's Services",
        (
            "We are looking for an outstanding leader for our children's services. Ofsted rated the council good "
            "in 2023. Salary £87,000 per annum, permanent, full-time. Closing date 3 June. Apply now to join the "
            "council as we prepare for our next inspection."
        ),
    ),
    (
        "Obituary: the schools inspector who loved Wagner",
        (
            "He died aged 91, survived by his wife. After teaching at a grammar school he joined HM Inspectorate "
            "and inspected schools across Wales. He passed away peacefully; his funeral will be held at the "
            "chapel."
        ),
    ),
    (
        "Homes for sale near the best schools",
        "Buyers pay more to live close to a popular school, estate agents say. "
        + "The kitchen has been refitted and the garden faces south. " * 60
        + "The primary school nearby is rated good by Ofsted. "
        + "There is parking for two cars and a large loft. " * 40,
    ),
    (
        "Village fete raises money for hospice",
        (
            "Hundreds came to the fete on Sunday. The mayor, the school choir and the fire service took part and "
            "the council thanked volunteers. The cakes were outstanding, judges said."
        ),
    ),
    (
        "Inspector Morse locations tour is a hit",
        (
            "Fans of Inspector Morse can now walk through the colleges where the detective drank. Tours leave "
            "from the city council offices every day at ten."
        ),
    ),
    (
        "Bridge closed for inspection",
        (
            "The council has closed the bridge for a routine inspection. Engineers will carry out a close "
            "inspection of the steelwork and inspectors will report next week. Buses to the school and hospital "
            "are diverted."
        ),
    ),
    (
        "Fact-finding trip for councillors",
        (
            "Councillors will visit an outstanding example of a recycling plant. The council said the visit was "
            "good value. A regulator of waste was also invited to speak."
        ),
    ),
]


@pytest.mark.parametrize(("title", "text"), RELEVANT, ids=[title for title, _ in RELEVANT])
def test_an_inspection_of_a_public_service_is_relevant(title: str, text: str) -> None:
    """News of an inspection, its grade or what follows from it is relevant, whatever nation and service."""
    found = score_relevance(title, None, text)
    assert found.is_relevant, found


@pytest.mark.parametrize(("title", "text"), NOT_RELEVANT, ids=[title for title, _ in NOT_RELEVANT])
def test_what_only_looks_like_an_inspection_is_not(title: str, text: str) -> None:
    """Police ranks, hygiene, vehicles, pitches, weapons, taxes, adverts, obituaries and mentions in passing are not."""
    found = score_relevance(title, None, text)
    assert not found.is_relevant, found


def test_the_title_counts_more_than_the_last_paragraph() -> None:
    """The same words weigh more in the title than at the end of a long text."""
    filler = "The weather was mild and the harvest early. " * 40
    first = score_relevance("Ofsted inspection of council", None, filler)
    last = score_relevance("A mild autumn", None, filler + "Ofsted inspection of council.")
    assert first.score > last.score


def test_terms_say_why() -> None:
    """The matched terms are given, each once, in lower case."""
    found = score_relevance(
        "Ofsted: nursery 'inadequate'", None, "Ofsted inspectors rated the nursery inadequate. OFSTED said so."
    )
    assert {"ofsted", "inspectors", "nursery"} <= set(found.terms)
    assert len(set(found.terms)) == len(found.terms)


def test_a_source_may_have_terms_of_its_own() -> None:
    """A term of the source counts as evidence where the common ones are missing."""
    title, text = (
        "Local review of safeguarding published",
        "The safeguarding partnership review looked at the council and its schools.",
    )
    assert not score_relevance(title, None, text).is_relevant
    assert score_relevance(title, None, text, ("safeguarding partnership review", "review of safeguarding")).is_relevant


def test_an_empty_text_scores_nothing() -> None:
    """Nothing is known of an empty text."""
    found = score_relevance(None, None, "")
    assert (found.score, found.terms, found.is_relevant) == (0.0, (), False)

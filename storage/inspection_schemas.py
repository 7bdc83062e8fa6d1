"""The tables of inspections: reports and letters, their graded judgements, and which inspection followed which.

Where a value may rest on more or less, `confidence` says on how much, in three classes, and no number is made up:
`confirmed`, where a second place of the report, or the listing, says the same; `stated`, where one place says it;
`contested`, where another place says something else, which `checks` of the inspection tells.
"""

import polars as pl

from storage.columns import Column, Table, day, flag, instant, integer, text, texts

_VISIT = pl.Struct({"started_on": pl.Date, "ended_on": pl.Date})
_EVIDENCE = pl.Struct({"fact": pl.String, "rule": pl.String, "confidence": pl.String, "page": pl.Int64})
_CHECK = pl.Struct({"name": pl.String, "notes": pl.String})

INSPECTIONS = Table(
    "inspections",
    "one official report or letter",
    ("inspection_id",),
    (
        text("inspection_id", "stable identifier, made from url_key"),
        text("source", "name of the source it was fetched for", required=True),
        text("inspectorate", "who inspected", required=True),
        text("url", "the address of the report, after redirects", required=True),
        text("url_key", "that address without scheme, www., tracking parameters and fragment", required=True),
        text(
            "kind",
            "ilacs, sif, jtai, area_send, monitoring_visit, focused_visit, lscb_review, lac_2013, school, "
            "care_provider, youth_justice, cqc_inspection …; null where not known",
        ),
        text(
            "framework", "framework that it was made under, with the year from which that version holds: ILACS 2023 …"
        ),
        text("link_text", "what the inspectorate's page calls it"),
        text("title", "title as the report states it"),
        text("provider_name", "inspected body, as the inspectorate's page names it"),
        text("provider_urn", "unique reference number of the inspected body"),
        text("provider_region", "region of the inspected body, as its page states it"),
        text("authority", "inspected body, as the report names it"),
        texts(
            "authority_codes", "codes (GOV.UK register) of the local authorities that this name, or else the URN, means"
        ),
        text("authority_name", "common name of the local authority; null where there is none, or are more"),
        text("gss_code", "its GSS code (ONS), the newest; null where there is none, or are more"),
        text("dfe_code", "its code at the Department for Education; null outside England"),
        text("region", "its region"),
        text("theme", "theme of a joint targeted area inspection, without the place"),
        texts("areas_covered", "what a monitoring or focused visit looked at, one entry for each point or sentence"),
        texts(
            "areas_for_improvement",
            "what is to improve, one entry for each point of the report's own lists; what a table sets beside who is "
            "responsible is in the text alone",
        ),
        day("started_on", "first day of the inspection, as the report states it"),
        day("ended_on", "last day of the inspection, as the report states it"),
        Column("visits", pl.List(_VISIT), "first and last day of each visit, in order; one where it was not parted"),
        text("dates_text", "the words that the inspection dates were read from"),
        day("published_on", "publication, from the inspectorate's page"),
        text("published_source", "where that date stands: page, report, api"),
        day("report_dated_on", "the date that stands on the report or letter itself"),
        integer("outcome_rank", "outcome of an area SEND inspection: 1 positive, 2 inconsistent, 3 failings", "rank"),
        text("outcome_text", "the sentence that states the outcome where it is no grade"),
        integer("outcome_page", "the page it stands on, from 1", "page"),
        texts("lead_inspectors", "lead inspectors, as named"),
        texts("inspectors", "all inspectors whom the report lists, those who led first; no analysts or managers"),
        Column(
            "evidence",
            pl.List(_EVIDENCE),
            "for each fact that was read (kind, authority, dates, lead_inspectors …): the rule that found it, its "
            "confidence (confirmed: said twice; stated: said once; contested: another place says otherwise), its page",
        ),
        Column(
            "checks",
            pl.List(_CHECK),
            "what contradicts itself, by name (kind, authority, dates, publication, grade, framework) and in words; "
            "empty where nothing does",
        ),
        integer("page_count", "pages of the report", "pages"),
        text("language", "language of the text, ISO 639-1"),
        text("text", "text of the report; pages apart by a form feed"),
        text("text_digest", "SHA-256 of the text with case, spaces and punctuation levelled"),
        integer("word_count", "words of the text", "words"),
        text("capture_id", "the capture it was read from", required=True),
        instant("fetched_at", "when that capture was made", required=True),
        instant("first_fetched_at", "when the report was captured first", required=True),
        text("reader_version", "name and version of the reader", required=True),
    ),
    partition_by=("published_on", "first_fetched_at"),
)

JUDGEMENTS = Table(
    "judgements",
    "one graded aspect of one inspection",
    ("inspection_id", "aspect"),
    (
        text("inspection_id", "the inspection"),
        text(
            "aspect",
            "the aspect, named alike in all frameworks: overall, leadership, help_and_protection, in_care, "
            "care_leavers, adoption, lscb, quality_of_education, behaviour, early_years …; CQC's safe …",
        ),
        text("aspect_as_written", "the aspect in the report's words", required=True),
        text(
            "grade",
            "outstanding, good, requires_improvement or inadequate; before 2013 also adequate; of report cards "
            "exceptional, strong_standard, expected_standard, needs_attention, urgent_improvement, met, not_met",
            required=True,
        ),
        text("grade_as_written", "the grade in the report's words", required=True),
        integer(
            "grade_rank",
            "1 outstanding, 2 good, 3 requires improvement, 4 inadequate; null where it does not compare",
            "rank",
        ),
        flag("includes_care_leavers", "whether in_care covers care leavers too (before 2023); null for other aspects"),
        text("rule", "what it was read by: table_row, sentence, or api"),
        text("confidence", "confirmed: a second place says it; stated: one does; contested: another says otherwise"),
        integer("page", "the page it was read from, from 1", "page", required=True),
        text("evidence", "the words it was read from, as they stand on that page", required=True),
        text("capture_id", "the capture it was read from", required=True),
        text("reader_version", "name and version of the reader", required=True),
    ),
)

INSPECTION_LINKS = Table(
    "inspection_links",
    "one inspection and an earlier one of the same body: the one before it, and the one of its own kind before it",
    ("inspection_id", "previous_id"),
    (
        text("inspection_id", "the inspection"),
        text("previous_id", "the earlier inspection"),
        texts("bodies", "what both inspected: codes of local authorities (GOV.UK register), else inspectorate and URN"),
        flag("is_nearest", "whether no inspection of any kind lies between the two"),
        flag("same_kind", "whether both are of one kind, and then none of that kind lies between them"),
        integer("days_between", "from the first day of the earlier one to the first day of this one", "days"),
    ),
)

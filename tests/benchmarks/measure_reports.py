"""Measures the report reader against real reports: `python tests/benchmarks/measure_reports.py [--show] [--peers]`.

Needs ../shared/inspections. The authorities are split in two halves by the digest of their URN: rules are written
looking at `develop` only, `aside` says how they do on reports nobody looked at. A blank is a value that is missing,
a wrong one is a value that differs from the gold; `--show` lists every blank and wrong cell. By rule and confidence
it says how often values of a class are right. `--peers` times the reading that the public scrapers do beside ours (see
report_peers.py). Ends with status 1 where a goal is missed.
"""

import argparse
import csv
import hashlib
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from report_peers import time_peers

from tasks.places.gazetteer import load_authorities
from tasks.places.resolve import find_by_urn
from tasks.reading.report import Report, read_report
from tasks.reading.report_dates import DAYS, parse_days
from tasks.reading.report_kinds import share_a_place
from tasks.reading.report_listing import compare_with_listing
from tasks.reading.workers import ReaderPool

PROJECT = Path(__file__).resolve().parents[2]
FETCHED_AT = datetime(2026, 12, 1, tzinfo=UTC)
INSPECTIONS = PROJECT.parent / "shared" / "inspections"
KINDS = {
    "ilacs": {"ilacs"}, "sif": {"sif"}, "jtai": {"jtai"}, "send": {"area_send"}, "school": {"school"},
    "other_la": {"lac_2013", "lscb_review"},
}  # fmt: skip
FILLED = (
    "kind", "title", "authority", "authority_codes", "started_on", "ended_on", "visits", "report_dated_on",
    "lead_inspectors", "inspectors", "theme", "outcome_rank", "judgements", "framework", "areas_for_improvement",
    "checks",
)  # fmt: skip
ILACS_ASPECTS = {
    "overall_effectiveness": "overall", "impact_of_leaders": "leadership", "help_and_protection": "help_and_protection",
    "in_care": "in_care", "care_leavers": "care_leavers",
}  # fmt: skip
SIF_ASPECTS = {
    "overall": "overall", "help_protection": "help_and_protection", "looked_after_permanence": "in_care",
    "adoption": "adoption", "care_leavers": "care_leavers", "leadership": "leadership",
}  # fmt: skip

#: Cells where the gold itself is wrong: its parser dropped the second of two visits. Looked at by eye, page 1.
READ_BY_EYE: dict[tuple[str, str], object] = {
    ("ilacs/80461_devon_2025-05-13_50276862.pdf", "end_date"): date(2025, 1, 16),
    ("sif/80551_sheffield_2014-02-21_2755760.pdf", "end_date"): date(2014, 1, 30),
}

#: Least share of cells that agree, by table; least PDFs a second on two cores; least ratio to the peers.
LEAST_AGREEMENT = {"ilacs": 0.995, "sif": 0.98, "jtai": 0.98, "send": 0.99, "place": 0.99}
LEAST_RATE = 20.0
LEAST_RATIO = 5.0
SHORT = 20  # pages; the goals of speed are for reports that have fewer
CORES = 2
#: Enough files for the peers, which take about a second each.
PEERS_FILES = 24

Cell = tuple[str, object, object]  # what is compared, gold, found


def main() -> int:
    """Reads every report and prints the figures; gives 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="list every blank and wrong cell, and every check")
    parser.add_argument("--peers", action="store_true", help="time the public scrapers' reading, too")
    options = parser.parse_args()
    files = sorted((INSPECTIONS / "pdf").glob("*/*.pdf"))
    started, busy = time.perf_counter(), time.process_time()
    reports = {file: _read(file) for file in files}
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    pages = sum(report.page_count or 0 for report in reports.values())
    print(f"{len(files)} PDFs, {pages} pages in {seconds:.1f} s: {len(files) / seconds:.0f} PDFs/s, one process")
    print(f"{len(files) / busy:.0f} PDFs a second of processor time: the two differ where others use the machine")
    missed = _measure_speed([file for file in files if (reports[file].page_count or 0) < SHORT], peers=options.peers)
    _print_fill_rates(reports, show=options.show)
    _print_checks(reports, show=options.show)
    missed += _print_agreement(reports, show=options.show)
    for goal in missed:
        print(f"missed: {goal}")
    return 1 if missed else 0


def _measure_speed(files: list[Path], *, peers: bool) -> list[str]:
    with ReaderPool(CORES) as readers:
        list(readers.read(_read, files[: 2 * CORES]))
        started = time.perf_counter()
        read = list(readers.read(_read, files))
        rate = len(files) / (time.perf_counter() - started)
    failed = sum(not isinstance(report, Report) for report in read)
    print(f"{len(files)} of under {SHORT} pages: {rate:.0f} PDFs/s, {CORES} processes, {failed} failed")
    missed = [f"{rate:.1f} PDFs/s, not {LEAST_RATE}"] if rate < LEAST_RATE or failed else []
    if not peers:
        return missed
    sample = files[:: len(files) // PEERS_FILES + 1]
    started = time.perf_counter()
    for file in sample:
        _read(file)
    ours = len(sample) / (time.perf_counter() - started)
    print(f"\nside by side, {len(sample)} of under {SHORT} pages, one process each\n  ours {ours:.1f} PDFs/s")
    for name, theirs in time_peers(sample).items():
        print(f"  {name} {theirs:.1f} PDFs/s: ours is {ours / theirs:.0f} times as fast")
        missed += [f"{ours / theirs:.1f} times {name}, not {LEAST_RATIO}"] if ours < LEAST_RATIO * theirs else []
    return missed


def _read(file: Path) -> Report:
    report = read_report(
        file.read_bytes(),
        link_text=None,
        provider_name=None,
        published_on=_read_day(_search(r"_(\d{4}-\d\d-\d\d)", file.name)),
        fetched_at=FETCHED_AT,
    )
    listed = {"link_text": None, "provider_name": None, "provider_urn": file.name.split("_")[0]}
    return compare_with_listing(report, listed, on=FETCHED_AT.date())


def _print_checks(reports: dict[Path, Report], *, show: bool) -> None:
    found = Counter(check["name"] for report in reports.values() for check in report.checks)
    print(f"\nchecks in {sum(bool(report.checks) for report in reports.values())} reports: {dict(found)}")
    for file, report in reports.items():
        for check in report.checks if show else ():
            print(f"  {file.parent.name}/{file.name} {check['name']}: {check['notes']}")


def _print_fill_rates(reports: dict[Path, Report], *, show: bool) -> None:
    folders: dict[str, list[tuple[Path, Report]]] = defaultdict(list)
    for file, report in reports.items():
        folders[file.parent.name].append((file, report))
    print("\nfilled, and kind right for the folder")
    for folder, members in folders.items():
        right = sum(report.kind in KINDS[folder] for _, report in members)
        filled = {name: sum(bool(getattr(report, name)) for _, report in members) for name in FILLED}
        print(
            f"  {folder:9} {len(members):3}  kind right {right}", *(f"{name} {count}" for name, count in filled.items())
        )
        if show:
            for file, report in members:
                print(
                    f"    {file.name[:44]:44} {report.authority} | {report.title} | {', '.join(report.lead_inspectors)}"
                )


def _print_agreement(reports: dict[Path, Report], *, show: bool) -> list[str]:
    by_name = {f"{file.parent.name}/{file.name}": report for file, report in reports.items()}
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    classes: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for table, name, cells in _list_cells(by_name):
        urn = Path(name).name.split("_")[0]
        half = "develop" if int(hashlib.sha256(urn.encode()).hexdigest(), 16) % 2 == 0 else "aside"
        for what, stated, found in cells:
            gold = READ_BY_EYE.get((name, what), stated)
            verdict = "agree" if gold == found else "blank" if found is None else "wrong"
            counts[table, what, half][verdict] += 1
            for rule, confidence in _find_classes(by_name[name], what):
                classes[what.split(" ")[0], rule, confidence][verdict] += 1
            if verdict != "agree" and show:
                print(f"  {verdict} {half} {name} {what}: gold {gold!r}, found {found!r}")
    print("\nagreement with gold\n  table  cell                 half     agree  blank  wrong")
    for (table, what, half), count in sorted(counts.items()):
        print(f"  {table:6} {what:20} {half:8} {count['agree']:5}  {count['blank']:5}  {count['wrong']:5}")
    print("\nby rule and confidence\n  cell           rule           confidence  agree  blank  wrong")
    for (what, rule, confidence), count in sorted(classes.items()):
        print(f"  {what:14} {rule:14} {confidence:10}  {count['agree']:5}  {count['blank']:5}  {count['wrong']:5}")
    for half in ("develop", "aside"):
        total: Counter[str] = sum((count for key, count in counts.items() if key[2] == half), Counter())
        print(f"  all    {'':20} {half:8} {total['agree']:5}  {total['blank']:5}  {total['wrong']:5}"
              f"  {total['agree'] / total.total():.2%}")  # fmt: skip
    return [*_list_missed(counts)]


#: The fact behind a cell, where it is no grade.
FACTS = {
    "start_date": "dates", "end_date": "dates", "lead_inspector": "lead_inspectors", "theme": "theme",
    "outcome": "outcome", "authority": "authority", "authority_code": "authority",
}  # fmt: skip


def _find_classes(report: Report, what: str) -> list[tuple[str, str]]:
    """Finds by which rule, and how surely, the value of a cell was read; empty where none was."""
    if what.startswith("grade "):
        graded = [one for one in report.judgements if one.aspect == what.removeprefix("grade ")]
        return [(one.rule, one.confidence) for one in graded]
    return [(one["rule"], one["confidence"]) for one in report.evidence if one["fact"] == FACTS[what]]


def _list_missed(counts: dict[tuple[str, str, str], Counter[str]]) -> Iterator[str]:
    for table, least in LEAST_AGREEMENT.items():
        for half in ("develop", "aside"):
            cells = [count for key, count in counts.items() if (key[0], key[2]) == (table, half)]
            total: Counter[str] = sum(cells, Counter())
            if total["agree"] < least * total.total():
                yield f"{table}, {half}: {total['agree'] / total.total():.2%} of cells agree, not {least:.1%}"


def _list_cells(reports: dict[str, Report]) -> Iterator[tuple[str, str, list[Cell]]]:
    for name, report in reports.items():
        place = _search(r"/\d+_([a-z-]+)_", name)
        # A school is no place, and its URN is no authority's.
        if place and not name.startswith("school/"):
            agrees = bool(report.authority) and share_a_place(report.authority or "", place.replace("-", " "))
            yield "place", name, [("authority", True, agrees if report.authority else None)]
            yield "place", name, [("authority_code", True, _is_of_urn(report, Path(name).name.split("_")[0]))]
    for row in _read_gold("ilacs_verified.csv"):
        name = row["pdf_in_bundle"].removeprefix("ofsted_pdf/")
        yield "ilacs", name, [*_compare_ilacs(row, reports[name])]
    for row in _read_gold("sif_silver.csv"):
        name = row["pdf_in_bundle"].removeprefix("ofsted_pdf/")
        cells = _compare_grades(row, reports[name], SIF_ASPECTS)
        yield "sif", name, [*cells, *_compare_words(row["inspection_dates_text"], reports[name])]
    for row in _read_gold("jtai_dates_silver.csv"):
        name = row["pdf_in_bundle"].removeprefix("ofsted_pdf/")
        theme = reports[name].theme
        # The silver column has the first words of a theme alone, and some with the place.
        agrees = theme and (theme.startswith(row["theme_text"]) or row["theme_text"].startswith(theme))
        yield "jtai", name, [*_compare_words(row["inspection_took_place_text"], reports[name]), ("theme", True, agrees)]
    gold = {row["urn"]: row for row in _read_gold("send_overview.csv", bundled=False)}
    for name, report in reports.items():
        urn = Path(name).name.split("_")[0]
        if name.startswith("send/") and gold[urn]["inspection_start_date"]:
            outcome = ("outcome", int(float(gold[urn]["outcome_grade"])), report.outcome_rank)
            yield "send", name, [*_compare_days(gold[urn], report, "%d/%m/%y"), outcome]


def _is_of_urn(report: Report, urn: str) -> bool | None:
    """Tells whether the one authority that a report names has the URN now, or was followed by the one that has."""
    found = [load_authorities()[code] for code in report.authority_codes]
    holder = find_by_urn(urn)
    if not found or holder is None:
        return None
    return len(found) == 1 and (found[0] == holder or holder.code in found[0].successors)


def _read_gold(name: str, *, bundled: bool = True) -> list[dict[str, str]]:
    with (INSPECTIONS / "gold" / name).open(newline="", encoding="utf-8-sig") as file:
        return [row for row in csv.DictReader(file) if not bundled or row["pdf_in_bundle"]]


def _compare_ilacs(row: dict[str, str], report: Report) -> Iterator[Cell]:
    yield from _compare_days(row, report, "%d/%m/%Y")
    yield from _compare_grades(row, report, ILACS_ASPECTS)
    found = " and ".join(report.lead_inspectors)
    yield "lead_inspector", _level_names(row["lead_inspector"]) or None, _level_names(found) or None


def _compare_days(row: dict[str, str], report: Report, shape: str) -> Iterator[Cell]:
    for column, found in (("inspection_start_date", report.started_on), ("inspection_end_date", report.ended_on)):
        yield column[11:], datetime.strptime(row[column], shape).replace(tzinfo=UTC).date(), found


def _compare_words(words: str, report: Report) -> Iterator[Cell]:
    days = parse_days(_search(rf"({DAYS})", words) or "")
    if days:
        yield "start_date", days[0], report.started_on
        yield "end_date", days[-1], report.ended_on


def _compare_grades(row: dict[str, str], report: Report, aspects: dict[str, str]) -> Iterator[Cell]:
    grades = {judgement.aspect: judgement.grade for judgement in report.judgements}
    for column, aspect in aspects.items():
        gold = row[column].lower().replace(" to be good", "").replace(" ", "_") or None
        yield f"grade {aspect}", gold, grades.get(aspect)


def _level_names(names: str) -> frozenset[str]:
    joined = re.sub(r"\s*-\s*", "-", names.lower())
    return frozenset(name.strip() for name in re.split(r",|\band\b|&|;", joined) if name.strip())


def _search(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    return match[1] if match else None


def _read_day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


if __name__ == "__main__":
    raise SystemExit(main())

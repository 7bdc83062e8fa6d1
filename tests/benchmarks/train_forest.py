"""Trains the forest that tells text from furniture: `developed` halves of pages with answers, and labelled pages.

    python tests/benchmarks/train_forest.py [--check]

Needs lightgbm (4.7.0 was used), which the project itself does not need. Writes tasks/reading/forest.json. With
`--check`, nothing is written: the pages with answers are parted in five, each part is read by a forest trained on the
other four and the labelled pages, and F1 is printed. A line counts as text where the answer has at least half of its
4-word shingles (a shorter one: where it is a line of the answer); of lines that stand more than once on a page, the one
among most other text.
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests" / "benchmarks")]

import lightgbm  # type: ignore[import-not-found]  # noqa: E402 - the path comes first; not in the lock file
import numpy as np  # noqa: E402
from labelled_pages import choose_text, load_labelled_pages  # noqa: E402
from lxml.html import HtmlElement  # noqa: E402
from measure_articles import FOLDERS, HALVES, compute_f1, load_pages, make_shingles  # noqa: E402

from tasks.reading.body import join_blocks, read_with_trafilatura  # noqa: E402
from tasks.reading.forest import FOREST, Forest, Numbers  # noqa: E402
from tasks.reading.main_text import ENOUGH, choose_lines, find_facts, find_furniture  # noqa: E402
from tasks.reading.metadata import read_meta  # noqa: E402
from tasks.reading.page import ReadingRules, parse_page  # noqa: E402
from tasks.reading.segment_features import Lines, PageFacts, measure_lines, prepare_lines  # noqa: E402
from tasks.reading.segments import Segment, segment_page  # noqa: E402
from tasks.reading.structured_data import find_article, read_structured_data  # noqa: E402
from tasks.reading.text import level_text  # noqa: E402
from tasks.reading.titles import find_site_names, find_title  # noqa: E402

TREES = 150
SETTINGS = {
    "objective": "binary",
    "num_leaves": 12,
    "max_depth": 6,
    "learning_rate": 0.1,
    "min_child_samples": 60,
    # Thresholds drawn by chance: trees that lean less on the pages at hand read others better.
    "extra_trees": True,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "lambda_l2": 5.0,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbose": -1,
}
PARTS = 5
#: Stands for the half of pages that only train.
LABELLED = "labelled"
COLUMNS = ("lines", "both", "share of lines")
NEIGHBOURS = 4


@dataclass(frozen=True)
class Page:
    """A page with its answer, what it says of its text elsewhere, and its tree."""

    identifier: str
    folder: str
    half: str
    answer: str
    facts: PageFacts
    tree: HtmlElement


@dataclass(frozen=True)
class Example:
    """The lines of a page with their numbers and which of them are text."""

    page: Page
    lines: Lines
    columns: dict[str, Numbers]
    labels: Numbers


def label_lines(lines: Lines, answer: str) -> Numbers:
    """Labels the lines of a page: 1 where the answer says them."""
    shingles, said = make_shingles(answer), {level_text(line) for line in answer.split("\n")}
    labels = np.zeros(len(lines.segments))
    for place, segment in enumerate(lines.segments):
        if len(segment.text.split()) >= 4:
            own = make_shingles(segment.text)
            labels[place] = len(own & shingles) >= len(own) / 2
        else:
            labels[place] = lines.levelled[place] in said
    weights = np.minimum(lines.words, 30)
    places = defaultdict(list)
    for place, text in enumerate(lines.levelled):
        places[text].append(place)

    def density(place: int) -> float:
        around = [i for i in range(max(0, place - NEIGHBOURS), min(len(labels), place + NEIGHBOURS + 1)) if i != place]
        return float(labels[around] @ weights[around] / max(1.0, weights[around].sum()))

    result = labels.copy()
    for same in places.values():
        if len(same) > 1 and labels[same[0]]:
            result[same] = 0
            result[max(same, key=density)] = 1
    return result


def read_facts(tree: HtmlElement, url: str) -> PageFacts:
    """Reads what a page says of its text outside the text, as the article reader does."""
    nodes, meta = read_structured_data(tree), read_meta(tree)
    article = find_article(nodes, url)
    title = find_title(tree, meta, article, find_site_names(meta, nodes, ReadingRules(), url), url, None)
    return find_facts(title, meta, article)


def load_examples(halves: Sequence[str]) -> Iterator[Example]:
    """Loads the pages of some halves and measures their lines."""
    for folder in FOLDERS:
        for half in halves:
            for gold, body in load_pages(folder, half):
                answer = gold.get("text")
                if answer:
                    yield from read_page(
                        body, gold.get("url") or "", gold["id"], folder, half, lambda _, answer=answer: answer
                    )


def load_labelled() -> Iterator[Example]:
    """Loads the pages whose lines were labelled for this project, and measures their lines."""
    for page in load_labelled_pages():
        yield from read_page(page.body, page.url, page.identifier, page.source, LABELLED, partial(choose_text, page))


def read_page(
    body: bytes, url: str, identifier: str, folder: str, half: str, find_answer: Callable[[Sequence[str]], str]
) -> Iterator[Example]:
    """Reads a page as an example, its answer found from its lines; none where it has no lines."""
    tree = parse_page(body, None)
    segments = [] if tree is None else segment_page(tree)
    if tree is not None and segments:
        answer = find_answer([segment.text for segment in segments])
        yield make_example(Page(identifier, folder, half, answer, read_facts(tree, url), tree), segments)


def make_example(page: Page, segments: Sequence[Segment]) -> Example:
    """Makes an example of a page, or of a part of its lines."""
    lines = prepare_lines(segments)
    columns = measure_lines(lines, page.facts)
    return Example(page, lines, columns, label_lines(lines, page.answer))


def cut_examples(example: Example) -> list[Example]:
    """Cuts a page to its article with a line or two around it, and to the beginning of that: such pages are few."""
    text = np.flatnonzero(example.labels)
    if not len(text):
        return []
    first, last = max(0, text[0] - 2), text[-1] + 2
    return [make_example(example.page, example.lines.segments[first:end]) for end in (last, first + 7)]


def train(examples: Sequence[Example]) -> Forest:
    """Trains a forest on some pages and cuttings of them; every page weighs the same, whatever its length."""
    names = list(examples[0].columns)
    examples = [*examples, *(cutting for example in examples for cutting in cut_examples(example))]
    table = np.concatenate([np.stack([example.columns[name] for name in names], axis=1) for example in examples])
    labels = np.concatenate([example.labels for example in examples])
    weights = np.concatenate(
        [
            (np.minimum(example.lines.words, 200) + 2) / max(60.0, example.lines.words @ example.labels)
            for example in examples
        ]
    )
    data = lightgbm.Dataset(
        table, labels, weight=weights / weights.mean(), feature_name=list(map(str, range(len(names))))
    )
    booster = lightgbm.train(SETTINGS, data, num_boost_round=TREES)
    return Forest.from_json(describe_forest(booster.dump_model(), names))


def describe_forest(model: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Describes a trained model as the forest that the project keeps, with only the columns that it uses."""
    nodes: list[list[float]] = []
    used: dict[int, int] = {}

    def add(node: dict[str, Any], depth: int) -> tuple[int, int]:
        place = len(nodes)
        if "leaf_value" in node:
            nodes.append([0, 0.0, place, place, round(node["leaf_value"], 5)])
            return place, depth
        column = used.setdefault(node["split_feature"], len(used))
        nodes.append([column, float(f"{node['threshold']:.6g}"), 0, 0, 0.0])
        nodes[place][2], left_depth = add(node["left_child"], depth + 1)
        nodes[place][3], right_depth = add(node["right_child"], depth + 1)
        return place, max(left_depth, right_depth)

    trees = [add(tree["tree_structure"], 0) for tree in model["tree_info"]]
    columns, thresholds, lefts, rights, values = (list(column) for column in zip(*nodes, strict=True))
    return {
        "names": [names[feature] for feature in used],
        "roots": [root for root, _ in trees],
        "depth": max(depth for _, depth in trees),
        "columns": columns,
        "thresholds": thresholds,
        "lefts": lefts,
        "rights": rights,
        "values": values,
    }


def state(forest: Forest) -> dict[str, Any]:
    """States a forest for JSON."""
    rows = {
        "roots": forest.roots,
        "columns": forest.columns,
        "thresholds": forest.thresholds,
        "lefts": forest.children[::2],
        "rights": forest.children[1::2],
        "values": forest.values,
    }
    return {"names": forest.names, "depth": forest.depth} | {name: row.tolist() for name, row in rows.items()}


def read_example(example: Example, forest: Forest) -> tuple[float, float, bool]:
    """Reads a page with a forest; gives the F1 of the lines, of both, and whether the lines were enough."""
    chances, said = forest.estimate(example.columns), make_shingles(example.page.answer)
    choice = choose_lines(chances, example.lines.words)
    kept = [line.text for line, is_text in zip(example.lines.segments, choice.is_text, strict=True) if is_text]
    f1 = compute_f1(make_shingles("\n".join(kept)), said)
    if choice.expected_f1 >= ENOUGH:
        return f1, f1, True
    reading = read_with_trafilatura(example.page.tree, find_furniture(example.lines.segments, chances))
    return f1, compute_f1(make_shingles(join_blocks(reading)), said) if reading else f1, not reading


def check(examples: Sequence[Example], labelled: Sequence[Example]) -> None:
    """Prints F1 of the pages of each half, none read by a forest that was trained on it."""
    scores = defaultdict(list)
    developed = [example for example in examples if example.page.half == HALVES[0]]
    parts = [
        int(hashlib.sha256(f"part {example.page.identifier}".encode()).hexdigest(), 16) % PARTS for example in developed
    ]
    rounds = [
        (
            [e for e, p in zip(developed, parts, strict=True) if p != part],
            [e for e, p in zip(developed, parts, strict=True) if p == part],
        )
        for part in range(PARTS)
    ]
    rounds.append((developed, [example for example in examples if example.page.half != HALVES[0]]))
    for trained, read in rounds:
        forest = train([*trained, *labelled])
        for example in read:
            scores[example.page.folder, example.page.half].append(read_example(example, forest))
    for (folder, half), row in sorted(scores.items()):
        means = np.array(row, dtype=float).mean(axis=0)
        told = "  ".join(f"{name} {mean:.4f}" for name, mean in zip(COLUMNS, means, strict=True))
        print(f"{folder:14} {half:10} {len(row)} pages  {told}")


def main() -> None:
    """Parses the command line, then trains or checks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="print F1 by parts, write nothing")
    arguments = parser.parse_args()
    if arguments.check:
        check(list(load_examples(HALVES)), list(load_labelled()))
    else:
        forest = train([*load_examples(HALVES[:1]), *load_labelled()])
        FOREST.write_text(json.dumps(state(forest), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

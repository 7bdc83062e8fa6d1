"""Trains the forests that tell text from furniture: `developed` halves of pages with answers, and labelled pages.

    python tests/benchmarks/train_forest.py [--check]

Needs lightgbm (4.7.0 was used), which the project itself does not need. Writes the two forests of tasks/reading; what
the second learns from are the chances of each page by a first one that was trained on other pages. With `--check`,
nothing is written: the pages with answers are parted in five, each part is read by forests trained on the other four
and the labelled pages, and F1 is printed.
"""

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import lightgbm  # type: ignore[import-not-found]
import numpy as np
from line_examples import Example, cut_examples, load_examples, load_labelled
from measure_articles import HALVES, compute_f1, make_shingles
from numpy.typing import NDArray

from tasks.reading.body import join_blocks, read_with_trafilatura
from tasks.reading.forest import FIRST_FOREST, SECOND_FOREST, Forest, Numbers
from tasks.reading.main_text import ENOUGH, choose_lines, find_furniture
from tasks.reading.second_look import find_doubtful, look_twice, measure_chances

PROJECT = Path(__file__).resolve().parents[2]
FIRST_TREES = 150
SECOND_TREES = 75
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
#: The second sees fewer lines, each with more that tells.
SECOND_SETTINGS = {"num_leaves": 8, "min_child_samples": 30}
PARTS = 5
COLUMNS = ("lines", "both", "share of lines")


@dataclass(frozen=True)
class Table:
    """Lines to train on: their numbers, which are text, and how much each weighs."""

    columns: dict[str, Numbers]
    labels: Numbers
    weights: Numbers


def train(examples: Sequence[Example]) -> tuple[Forest, Forest]:
    """Trains both forests on some pages and cuttings of them; every page weighs the same, whatever its length."""
    parts = part_examples(examples)
    first, second = [], []
    for part in parts:
        others = [table for other in parts if other is not part for table in map(make_table, add_cuttings(other))]
        forest = fit(others, FIRST_TREES)
        for example in add_cuttings(part):
            first.append(make_table(example))
            chances = forest.estimate(example.columns)
            seen = replace(example, columns=example.columns | measure_chances(example.lines, chances))
            second.append(make_table(seen, find_doubtful(chances)))
    return fit(first, FIRST_TREES), fit(second, SECOND_TREES, SECOND_SETTINGS)


def add_cuttings(examples: Iterable[Example]) -> Iterator[Example]:
    """Adds the cuttings of each page."""
    for example in examples:
        yield from (example, *cut_examples(example))


def part_examples(examples: Sequence[Example]) -> list[list[Example]]:
    """Parts pages in a way that does not change from time to time."""
    parts: list[list[Example]] = [[] for _ in range(PARTS)]
    for example in examples:
        parts[int(hashlib.sha256(f"part {example.page.identifier}".encode()).hexdigest(), 16) % PARTS].append(example)
    return parts


def make_table(example: Example, of: NDArray[np.bool_] | slice = slice(None)) -> Table:
    """Makes a table of the lines of a page, or of some."""
    words = example.lines.words
    weights = (np.minimum(words, 200) + 2) / max(60.0, words @ example.labels)
    return Table({name: column[of] for name, column in example.columns.items()}, example.labels[of], weights[of])


def fit(tables: Sequence[Table], trees: int, settings: Mapping[str, Any] = MappingProxyType({})) -> Forest:
    """Trains one forest on the lines of some tables."""
    names = list(tables[0].columns)
    columns = np.stack([np.concatenate([table.columns[name] for table in tables]) for name in names], axis=1)
    labels = np.concatenate([table.labels for table in tables])
    weights = np.concatenate([table.weights for table in tables])
    data = lightgbm.Dataset(
        columns, labels, weight=weights / weights.mean(), feature_name=list(map(str, range(len(names))))
    )
    booster = lightgbm.train({**SETTINGS, **settings}, data, num_boost_round=trees)
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


def read_example(example: Example, forests: tuple[Forest, Forest]) -> tuple[float, float, bool]:
    """Reads a page with both forests; gives the F1 of the lines, of both, and whether the lines were enough."""
    chances, said = look_twice(example.lines, example.columns, *forests), make_shingles(example.page.answer)
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
    parts = part_examples(developed)
    rounds = [([example for other in parts if other is not part for example in other], part) for part in parts]
    rounds.append((developed, [example for example in examples if example.page.half != HALVES[0]]))
    for trained, read in rounds:
        forests = train([*trained, *labelled])
        for example in read:
            scores[example.page.folder, example.page.half].append(read_example(example, forests))
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
        forests = train([*load_examples(HALVES[:1]), *load_labelled()])
        for path, forest in zip((FIRST_FOREST, SECOND_FOREST), forests, strict=True):
            path.write_text(json.dumps(state(forest), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

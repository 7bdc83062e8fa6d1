"""Finds the line of a key in a TOML text, which tomllib does not tell."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{}]',
    re.DOTALL,
)
PART = r'(?:"(?:\\.|[^"\\])*"|\'[^\']*\'|[A-Za-z0-9_-]+)'
DOTTED = rf"({PART}(?:\s*\.\s*{PART})*)"
ARRAY_HEADER = re.compile(rf"\[\[\s*{DOTTED}\s*\]\]")
TABLE_HEADER = re.compile(rf"\[\s*{DOTTED}\s*\]")
KEY = re.compile(rf"{DOTTED}\s*=")


def locate_key(text: str, path: Path) -> int:
    """Finds the line, from 1, of a key such as `("discover", 1, "url")` in a valid TOML text.

    Where the text does not have the key itself, it is the line of the nearest table around it; 1 for the document.
    """
    lines = map_lines(text)
    return next(lines[path[:length]] for length in range(len(path), -1, -1) if path[:length] in lines)


def map_lines(text: str) -> dict[Path, int]:
    """Maps every table, array item of tables and key of a TOML text to the line that it is first named on."""
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _split_statements(text):
        if match := ARRAY_HEADER.match(statement):
            array = _resolve(_split_key(match[1]), counts)
            counts[array] = counts.get(array, 0) + 1
            lines.setdefault(array, line)
            table = (*array, counts[array] - 1)
            lines[table] = line
        elif match := TABLE_HEADER.match(statement):
            table = _resolve(_split_key(match[1]), counts)
            lines.setdefault(table, line)
        elif match := KEY.match(statement):
            key = _split_key(match[1])
            for length in range(1, len(key) + 1):
                lines.setdefault((*table, *key[:length]), line)
    return lines


def _split_statements(text: str) -> Iterator[tuple[int, str]]:
    """Splits a text at the ends of lines that lie outside of strings, arrays and inline tables."""
    start = depth = 0
    for token in TOKEN.finditer(text + "\n"):
        if token[0] in ("[", "{"):
            depth += 1
        elif token[0] in ("]", "}"):
            depth -= 1
        elif token[0] == "\n" and depth == 0:
            yield text.count("\n", 0, start) + 1, text[start : token.start()].strip()
            start = token.end()


def _split_key(dotted: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in re.findall(PART, dotted))


def _resolve(key: tuple[str, ...], counts: dict[Path, int]) -> Path:
    """Gives the path of a header's key: within an array of tables, its last item is meant."""
    path: Path = ()
    for part in key[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    return (*path, key[-1])

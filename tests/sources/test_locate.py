"""The lines of keys in TOML texts."""

import tomllib

import pytest

from tasks.sources.locate import Path, locate_key

TEXT = '''# a comment with [brackets] and "quotes
name = "a"  # [not.a.table]
notes = """
[[discover]]
url = "inside a string"
"""
list = [
    "x]", # a comment ]
    ["table"],
]
a.b.c = 1

[table]
key = 1
"quo ted" = 2
inline = { x = 1, y = [
    2,
] }
[table.sub]
key = 2

[[discover]]
method = "one"
[discover.extra]
key = 3
[[discover]]
url = \'\'\'[[discover]]
\'\'\'
  method = "two"
[[discover.parts]]
x = 1
[[discover.parts]]
x = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param((), 1, id="document"),
        pytest.param(("name",), 2, id="key"),
        pytest.param(("notes",), 3, id="multi-line string"),
        pytest.param(("list",), 7, id="after a string that looks like TOML"),
        pytest.param(("list", 1), 7, id="item of an array"),
        pytest.param(("a", "b", "c"), 11, id="dotted key"),
        pytest.param(("a", "b"), 11, id="table made by a dotted key"),
        pytest.param(("table",), 13, id="table"),
        pytest.param(("table", "key"), 14, id="key of a table"),
        pytest.param(("table", "quo ted"), 15, id="quoted key"),
        pytest.param(("table", "inline", "y", 0), 16, id="inside an inline table"),
        pytest.param(("table", "sub", "key"), 20, id="key of a sub-table"),
        pytest.param(("discover",), 22, id="array of tables"),
        pytest.param(("discover", 0, "method"), 23, id="key of its first item"),
        pytest.param(("discover", 0, "extra", "key"), 25, id="table of its first item"),
        pytest.param(("discover", 1), 26, id="second item"),
        pytest.param(("discover", 1, "method"), 29, id="indented key after a literal string"),
        pytest.param(("discover", 1, "parts", 1, "x"), 33, id="array in an array"),
        pytest.param(("discover", 1, "missing"), 26, id="missing key of an item"),
        pytest.param(("missing", "deep"), 1, id="missing table"),
    ],
)
def test_finds_the_line_of_a_key(path: Path, line: int) -> None:
    """The line is that of the key, or of the nearest table around a key that is missing."""
    tomllib.loads(TEXT)
    assert locate_key(TEXT, path) == line

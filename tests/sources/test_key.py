"""What a source file may say of the key that its host needs."""

from pathlib import Path

import pytest

from tasks.sources.load import SourceError, load_source

FILE = """name = "example"
title = "Example"
publisher = "Example Press"
kind = "news"
hosts = ["api.example.org"]
notes = "written for a test"

[key]
host = "api.example.org"
header = "Subscription-Key"
environment = "INSPECTION_NEWS_EXAMPLE_KEY"

[[discover]]
method = "cqc"
url = "https://api.example.org/v1"
"""


def test_reads_a_key(tmp_path: Path) -> None:
    """A key says its host, its header, and where its value is."""
    path = tmp_path / "example.toml"
    path.write_text(FILE, encoding="utf-8")
    source = load_source(path)
    assert source.key is not None
    assert (source.key.host, source.key.header) == ("api.example.org", "Subscription-Key")
    assert source.key.environment == "INSPECTION_NEWS_EXAMPLE_KEY"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('\nhost = "api.', '\nhost = "www.', "9: key.host: host 'www.example.org' is not among the hosts"),
        ("INSPECTION_NEWS_EXAMPLE_KEY", "API_KEY", "11: key.environment = 'API_KEY': string should match pattern"),
        ("Subscription-Key", "Key: a", "10: key.header = 'Key: a': string should match pattern"),
        ("environment =", "value =", "8: key.environment is missing"),
        ("environment =", "value =", "11: unknown key 'value'; allowed: host, header, environment"),
    ],
)
def test_tells_a_mistake_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """A key for another host, a variable of another name, or the value itself, is refused."""
    path = tmp_path / "example.toml"
    path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_source(path)
    assert any(mistake.startswith(f"{path}:{expected}") for mistake in caught.value.mistakes), caught.value.mistakes

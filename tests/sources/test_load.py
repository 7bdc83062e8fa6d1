"""Reading source files, and the mistakes that are told of them."""

from pathlib import Path

import pytest

from tasks.sources.load import PACKAGED, SourceError, load_folders, load_source, load_sources

VALID = """name = "example"
title = "Example"
publisher = "Example Press"
kind = "news"
hosts = ["www.example.org", "example.org"]
notes = "written for a test"

[[discover]]
method = "feed"
url = "https://www.example.org/feed"

[[discover]]
method = "sitemap"
"""


def write_source(folder: Path, text: str, name: str = "example") -> Path:
    """Writes a source file."""
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def find_mistakes(folder: Path, text: str) -> list[str]:
    """Reads a text as a source file and gives its mistakes, without the file's folder."""
    path = write_source(folder, text)
    with pytest.raises(SourceError) as caught:
        load_source(path)
    return [mistake.removeprefix(f"{folder}/") for mistake in caught.value.mistakes]


def test_reads_the_packaged_sources() -> None:
    """Every packaged file is valid, is named after itself, and says where its addresses come from."""
    sources = load_sources()
    assert sorted(sources) == sorted(path.stem for path in PACKAGED.glob("*.toml"))
    assert {"community-care", "blackpool-gazette", "localgov", "cyp-now", "ofsted-reports", "bbc-news"} <= set(sources)
    for name, source in sources.items():
        assert source.name == name
        assert "terms" in source.notes.lower() or "licence" in source.notes.lower()
        assert source.expect.listed_per_night is not None
        assert source.expect.fill
        assert not source.verified


def test_a_quiet_night_of_a_packaged_source_is_no_alarm() -> None:
    """Listings that tell what changed since the last night may list nothing; all others list at least something."""
    for source in load_sources().values():
        is_of_changes = {method.method for method in source.discover} <= {"govuk", "wordpress", "cqc"}
        assert (source.expect.listed_per_night == 0) is is_of_changes, source.name
        assert (source.expect.days_without_news is not None) is is_of_changes, source.name


def test_reads_further_folders_after_the_packaged_one(tmp_path: Path) -> None:
    """A further folder adds its sources to the packaged ones."""
    write_source(tmp_path, VALID)
    sources = load_sources([tmp_path])
    assert sources["example"].hosts == ("www.example.org", "example.org")
    assert len(sources) == len(load_sources()) + 1


def test_gives_defaults(tmp_path: Path) -> None:
    """What a short file leaves out has the documented defaults."""
    source = load_source(write_source(tmp_path, VALID))
    assert (source.language, source.timezone, source.verified) == ("en", "Europe/London", False)
    assert (source.pace.interval_s, source.pace.concurrency, source.pace.budget) == (1.0, 1, 500)
    assert source.relevance.required
    expect = source.expect
    assert (expect.listed_per_night, expect.new_per_week, expect.days_without_news) == (None, None, None)
    assert expect.fill == {}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            'name = "example"',
            'name = "other"',
            "1: name = 'other': the name must be that of the file, 'example'",
            id="name",
        ),
        pytest.param(
            'publisher = "',
            'publsher = "',
            "3: unknown key 'publsher' (did you mean 'publisher'?); allowed: name, title, publisher,",
            id="key",
        ),
        pytest.param('title = "Example"\n', "", "1: title is missing", id="missing key"),
        pytest.param('"news"', '"blog"', "4: kind = 'blog': input should be 'news' or 'inspectorate'", id="kind"),
        pytest.param(
            'kind = "news"',
            'kind = "inspectorate"',
            "1: inspectorate: kind 'inspectorate' needs it",
            id="inspectorate missing",
        ),
        pytest.param(
            'kind = "news"',
            'kind = "news"\ninspectorate = "X"',
            "5: inspectorate: only kind 'inspectorate' has it",
            id="inspectorate of news",
        ),
        pytest.param(
            '"example.org"]', '"https://example.org"]', "5: hosts[2]: 'https://example.org' is no host", id="host"
        ),
        pytest.param('["www.example.org", "example.org"]', "[]", "5: hosts: at least one is needed", id="no host"),
        pytest.param(
            'method = "feed"',
            'method = "fed"',
            "9: discover[1].method = 'fed' is unknown (did you mean 'feed'?)",
            id="method",
        ),
        pytest.param(
            'method = "feed"',
            "",
            "8: discover[1].method is missing; allowed: feed, sitemap, wordpress, ofsted",
            id="no method",
        ),
        pytest.param(
            '"https://www.example.org/feed"',
            '"https://feeds.example.net/feed"',
            "10: discover[1].url: host 'feeds.example.net' is not among the hosts of the source; add it there",
            id="host of a listing",
        ),
        pytest.param(
            '"https://www.example.org/feed"',
            '"/feed"',
            "10: discover[1].url: '/feed' is no absolute",
            id="relative address",
        ),
        pytest.param(
            'method = "sitemap"',
            'method = "sitemap"\ndays = 3',
            "14: unknown key 'days'; allowed: method, url, skip",
            id="method's key",
        ),
        pytest.param(
            '"sitemap"', '"sitemap"\nskip = ["("]', "14: discover[2].skip[1]: '(' is no regular expression", id="regex"
        ),
        pytest.param(
            "notes =", 'timezone = "Europe/Lodnon"\nnotes =', "6: timezone: 'Europe/Lodnon' is no time zone", id="zone"
        ),
        pytest.param(
            "notes =", 'verified = "yes"\nnotes =', "6: verified = 'yes': input should be a valid boolean", id="type"
        ),
        pytest.param(
            'method = "sitemap"',
            'method = "pages"\nurls = []',
            "14: discover[2].urls: at least one is needed",
            id="no page",
        ),
        pytest.param(
            'method = "sitemap"',
            'method = "pages"\nurls = ["https://example.net/list"]',
            "14: discover[2].urls: host 'example.net' is not among the hosts of the source; add it there",
            id="host of a page",
        ),
        pytest.param(
            'method = "sitemap"',
            'method = "pages"\nurls = ["https://example.org/list"]\n[[revisit]]\npattern = "^/news"\nevery_days = 1',
            "15: revisit: no rule is for https://example.org/list, a page to be followed; it would be asked for once",
            id="page without a rule",
        ),
        pytest.param(
            '"sitemap"',
            '"sitemap"\n[[revisit]]\nevery_days = 7\nfor_days = 3',
            "16: revisit[1].for_days: 3 days are over before every_days = 7; it would never apply",
            id="revisit that is over before it begins",
        ),
        pytest.param(
            '"sitemap"',
            '"sitemap"\n[[revisit]]\nevery_days = 7\n[[revisit]]\npattern = "^/a"\nevery_days = 1',
            "16: revisit[2]: it would never apply: revisit[1] counts first; put it before that one",
            id="revisit behind one of all pages",
        ),
        pytest.param(
            '"sitemap"',
            '"sitemap"\n[[revisit]]\npattern = "^/a"\nevery_days = 1\nfor_days = 9\n'
            '[[revisit]]\npattern = "^/a"\nevery_days = 1\nfor_days = 9',
            "18: revisit[2]: it would never apply: revisit[1] counts first",
            id="revisit twice",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[[revisit]]\nfor_days = 0\nevery_days = 1',
            "15: revisit[1].for_days = 0: input should be greater than",
            id="days of a rule",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[[revisit]]\nevery_days = 1\n[[revisit]]\nevery = 1',
            "17: unknown key 'every' (did you mean 'every_days'?); allowed: pattern, every_days, for_days",
            id="rule's key",
        ),
        pytest.param("notes =", "notes ==", "6: no valid TOML: Invalid value", id="syntax"),
        pytest.param('"sitemap"\n', '"sitemap"\nskip = [', "14: no valid TOML", id="syntax at the end"),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[pace]\nbudget = 0',
            "15: pace.budget = 0: input should be greater than",
            id="range",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[[selectors]]\ntitle = ["h1", "div >"]',
            "15: selectors[1].title[2]: 'div >' is no CSS selector",
            id="css",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[[selectors]]\nuntil = 2020-01-01\n[[selectors]]\nsince = 2020-01-01',
            "16: selectors[2]: the period overlaps with that of earlier selectors",
            id="overlapping periods",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[[selectors]]\nsince = 2020-01-02\nuntil = 2020-01-01',
            "16: selectors[1].until: 2020-01-01 is before since = 2020-01-02",
            id="period upside down",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[expect]\nfill = { titel = 0.9 }',
            "15: expect.fill.titel: table articles has no column 'titel' (did you mean 'title'?)",
            id="column",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[expect]\nstored_per_week = 3',
            "15: unknown key 'stored_per_week'",
            id="expectation",
        ),
        pytest.param(
            '"sitemap"\n',
            '"sitemap"\n[expect]\ndays_without_news = 0',
            "15: expect.days_without_news = 0: input should be greater than or equal to 1",
            id="days without news",
        ),
    ],
)
def test_tells_a_mistake_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """A mistake names the file, the line, what is wrong, and what is allowed or meant."""
    assert old in VALID
    mistakes = find_mistakes(tmp_path, VALID.replace(old, new, 1))
    assert any(mistake.startswith(f"example.toml:{expected}") for mistake in mistakes), mistakes


def test_tells_all_mistakes_at_once(tmp_path: Path) -> None:
    """Each of several mistakes in a file is told, in the order of their lines, and nothing else is."""
    text = VALID.replace('"news"', '"blog"').replace('"feed"', '"fed"').replace("notes =", "langage =")
    mistakes = find_mistakes(tmp_path, text)
    assert [mistake.split(":")[1] for mistake in mistakes] == ["1", "4", "6", "9"]


def test_tells_the_mistakes_of_all_files(tmp_path: Path) -> None:
    """One broken file does not hide the next."""
    write_source(tmp_path, "name =", "first")
    write_source(tmp_path, VALID, "second")
    with pytest.raises(SourceError) as caught:
        load_folders([tmp_path])
    assert "first.toml:1" in str(caught.value)
    assert "second.toml:1" in str(caught.value)


def test_refuses_a_name_that_two_folders_have(tmp_path: Path) -> None:
    """A source that is defined twice is refused, and both files are named."""
    first = write_source(tmp_path / "one", VALID)
    second = write_source(tmp_path / "two", VALID)
    with pytest.raises(SourceError) as caught:
        load_folders([first.parent, second.parent])
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_refuses_a_missing_and_an_empty_folder(tmp_path: Path) -> None:
    """A folder that is not there, or has no source file, is told; it is never read as no sources."""
    with pytest.raises(SourceError, match=r"nowhere: there is no such folder[\s\S]*has no source file"):
        load_folders([tmp_path / "nowhere", tmp_path])


def test_takes_rules_of_which_the_later_begins_where_the_earlier_ends(tmp_path: Path) -> None:
    """Rules that each have pages or days of their own are all kept, in their order."""
    rules = (
        'pattern = "^/a"\nevery_days = 1',
        "every_days = 1\nfor_days = 1",
        "every_days = 7\nfor_days = 28",
        'pattern = "^/b"\nevery_days = 30\nfor_days = 365',
        "every_days = 60",
    )
    source = load_source(write_source(tmp_path, VALID + "".join(f"\n[[revisit]]\n{rule}\n" for rule in rules)))
    assert [rule.every_days for rule in source.revisit] == [1, 1, 7, 30, 60]


def test_refuses_what_is_called_as_a_source_file_and_is_none(tmp_path: Path) -> None:
    """A folder and a link to nothing are mistakes as others are, told together with them."""
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "link.toml").symlink_to(tmp_path / "nowhere")
    write_source(tmp_path, VALID.replace('"news"', '"blog"'))
    with pytest.raises(SourceError) as caught:
        load_folders([tmp_path])
    misspelt, folder, link = caught.value.mistakes
    assert misspelt.startswith(f"{tmp_path}/example.toml:4: kind")
    assert folder.startswith(f"{tmp_path}/folder.toml: it cannot be read: is a directory; ")
    assert link.startswith(f"{tmp_path}/link.toml: it cannot be read: no such file or directory; ")


def test_refuses_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    """A file in another encoding is told as such."""
    path = tmp_path / "example.toml"
    path.write_bytes(VALID.replace("Example", "Ex\xe4mple").encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8"):
        load_source(path)

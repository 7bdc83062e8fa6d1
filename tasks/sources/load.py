"""Reads the source files and tells all mistakes in them at once, each with file, line and what is allowed.

SourceError        one or more source files, or a folder of them, cannot be used
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tasks.sources.checks import suggest
from tasks.sources.key import Key
from tasks.sources.locate import locate_key
from tasks.sources.methods import Cqc, Feed, Govuk, ListingPages, Ofsted, Pages, Sitemap, Wordpress
from tasks.sources.model import Addresses, Expect, Pace, Relevance, Selectors, Source
from tasks.sources.revisit import Revisit

PACKAGED = Path(__file__).parent

#: The model of each table of a file, by its path without array indexes, as pydantic tells it.
MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Source,
    ("discover", "feed"): Feed,
    ("discover", "sitemap"): Sitemap,
    ("discover", "wordpress"): Wordpress,
    ("discover", "ofsted"): Ofsted,
    ("discover", "listing"): ListingPages,
    ("discover", "govuk"): Govuk,
    ("discover", "pages"): Pages,
    ("discover", "cqc"): Cqc,
    ("key",): Key,
    ("addresses",): Addresses,
    ("revisit",): Revisit,
    ("pace",): Pace,
    ("relevance",): Relevance,
    ("selectors",): Selectors,
    ("expect",): Expect,
}
METHODS = [key[1] for key in MODELS if len(key) > 1]


class SourceError(ValueError):
    """Source files or folders that cannot be used; `mistakes` are told one a line."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        """Joins the mistakes to one message."""
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def load_sources(further: Sequence[Path] = ()) -> dict[str, Source]:
    """Reads the packaged sources and those of further folders, by name; raises SourceError with all mistakes."""
    return load_folders((PACKAGED, *further))


def load_folders(folders: Iterable[Path]) -> dict[str, Source]:
    """Reads every `*.toml` of the folders, by name in order of folder and file.

    Raises SourceError with all mistakes of all files.
    """
    sources: dict[str, Source] = {}
    paths: dict[str, Path] = {}
    mistakes: list[str] = []
    for path in find_files(folders):
        if path.stem in paths:
            mistakes.append(
                f"{path}: source {path.stem!r} is defined already, in {paths[path.stem]}; rename one of them"
            )
            continue
        paths[path.stem] = path
        try:
            sources[path.stem] = load_source(path)
        except SourceError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SourceError(mistakes)
    return sources


def find_files(folders: Iterable[Path]) -> list[Path]:
    """Finds the source files of the folders; raises SourceError for a folder that is missing or has none."""
    found: list[Path] = []
    mistakes: list[str] = []
    for folder in folders:
        files = sorted(folder.glob("*.toml"))
        if not folder.is_dir():
            mistakes.append(f"{folder}: there is no such folder of source files")
        elif not files:
            mistakes.append(f"{folder}: the folder has no source file (*.toml)")
        found += files
    if mistakes:
        raise SourceError(mistakes)
    return found


def load_source(path: Path) -> Source:
    """Reads one source file; raises SourceError with all of its mistakes.

    What several keys must say together is checked once each of them is right.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError([f"{path}: it cannot be read: {reason}; every *.toml there must be a source file"]) from error
    except UnicodeDecodeError as error:
        raise SourceError([f"{path}: the file is not UTF-8: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SourceError([_describe_syntax_error(path, text, error)]) from error
    mistakes = list(_find_mistakes(data, path))
    if mistakes:
        raise SourceError(f"{path}:{line}: {message}" for line, message in sorted(_place(mistakes, text)))
    return Source.model_validate(data)


Mistake = tuple[tuple[str | int, ...], str]


def _find_mistakes(data: dict[str, Any], path: Path) -> Iterator[Mistake]:
    name = data.get("name")
    if isinstance(name, str) and name != path.stem:
        yield ("name",), f"name = {name!r}: the name must be that of the file, {path.stem!r}"
    try:
        Source.model_validate(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            yield _describe(details)


def _place(mistakes: Iterable[Mistake], text: str) -> Iterator[tuple[int, str]]:
    return ((locate_key(text, path), message) for path, message in mistakes)


def _describe(details: ErrorDetails) -> Mistake:
    """Describes a mistake: the path of its key in the file, and what is wrong and allowed there."""
    location = details["loc"]
    # Pydantic names the method within its path, which is no key of the file.
    path = (*location[:2], *location[3:]) if location[0] == "discover" else location
    kind, context = details["type"], details.get("ctx", {})
    at = context.get("at", ())
    path = (*path, *(at if isinstance(at, tuple) else (at,)))
    key = _word_path(path)
    if kind == "extra_forbidden":
        return path, _describe_unknown_key(location)
    if kind == "missing":
        return path, f"{key} is missing"
    if kind == "union_tag_not_found":
        return path, f"{key}.method is missing; allowed: {', '.join(METHODS)}"
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        return (
            *path,
            "method",
        ), f"{key}.method = {tag!r} is unknown{suggest(tag, METHODS)}; allowed: {', '.join(METHODS)}"
    message = details["msg"].removeprefix("Value error, ")
    if kind == "value_error" or at != ():
        return path, f"{key}: {message}"
    return path, f"{key} = {details['input']!r}: {message[:1].lower()}{message[1:]}"


def _describe_unknown_key(location: tuple[str | int, ...]) -> str:
    table = tuple(part for part in location[:-1] if isinstance(part, str))
    allowed = list(MODELS[table].model_fields)
    wrong = str(location[-1])
    return f"unknown key {wrong!r}{suggest(wrong, allowed)}; allowed: {', '.join(allowed)}"


def _word_path(path: tuple[str | int, ...]) -> str:
    """Words a path as people write it: `discover[1].url`, arrays counted from 1."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")


def _describe_syntax_error(path: Path, text: str, error: tomllib.TOMLDecodeError) -> str:
    """Describes what is no TOML; tomllib tells the line in its message only, and none for the end of the file."""
    message, _, place = str(error).rpartition(" (at ")
    match = re.match(r"line (\d+)", place)
    line = match[1] if match else text.rstrip().count("\n") + 1
    return f"{path}:{line}: no valid TOML: {message}"


def select_sources(sources: Mapping[str, Source], names: Sequence[str] | None) -> list[Source]:
    """Selects sources by name, or all; raises ValueError for a name that is none."""
    for name in names or ():
        if name not in sources:
            close = get_close_matches(name, sources, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sources)}"
            raise ValueError(f"no source is called {name!r}; {hint}")
    return [source for name, source in sources.items() if not names or name in names]

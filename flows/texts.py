"""What the commands do that find what is alike in a table of texts, any table: `duplicates`, `passages`, `stories`."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import polars as pl

from flows.console import OUT
from flows.days import parse_instant
from flows.files import check_file, check_output
from flows.settings import Settings
from storage.durable import write_whole
from storage.errors import name_cause


def find_duplicates_command(texts: Path, out: Path) -> int:
    """Writes the pairs of texts that say the same; refuses a table without the columns that it needs."""
    from tasks.deduplicate import find_pairs

    count, pairs = write_found(find_pairs, texts, out)
    OUT.print(f"{pairs.height} pairs among {count} texts: {out}", soft_wrap=True)
    return 0


def find_passages_command(texts: Path, out: Path) -> int:
    """Writes the passages that several texts share; refuses a table without the columns that it needs."""
    from tasks.likeness.passages import find_passages

    count, passages = write_found(find_passages, texts, out)
    shared = passages["passage_id"].n_unique()
    OUT.print(f"{shared} passages that several of {count} texts share: {out}", soft_wrap=True)
    return 0


def find_stories_command(texts: Path, out: Path) -> int:
    """Writes which text belongs to which story; refuses a table without the columns that it needs."""
    from tasks.stories.stories import find_stories

    count, stories = write_found(find_stories, texts, out)
    OUT.print(f"{stories['story_id'].n_unique()} stories among {count} texts: {out}", soft_wrap=True)
    return 0


def write_found(find: Callable[[pl.DataFrame], pl.DataFrame], texts: Path, out: Path) -> tuple[int, pl.DataFrame]:
    """Writes what is found in a table of texts; gives the number of texts, and the rows written.

    Raises ValueError where the table is none or cannot be written there, before anything is looked for.
    """
    check_output(out, Settings().layout)
    if texts.exists() and out.exists() and out.samefile(texts):
        raise ValueError(f"{out} is the table of texts itself; name another file to write")
    frame = read_texts(texts)
    found = find(frame)
    write_table(found, out)
    return frame.height, found


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Writes a Parquet file, whole or not at all; raises OSError that names it where it cannot be written."""
    content = BytesIO()
    frame.write_parquet(content)
    try:
        # A link stays one: what it leads to is replaced.
        write_whole(path.resolve(), content.getvalue())
    except OSError as error:
        raise OSError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error


def read_texts(path: Path) -> pl.DataFrame:
    """Reads a table of texts: `article_id`, `text` and `title` as text, and `published_at`, if there, as an instant.

    Raises ValueError where the file is no such table, or an identifier is missing or stands there twice.
    """
    check_file(path)
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{path}: not a Parquet file: {name_cause(error)}") from error
    missing = {"article_id", "text"} - set(frame.columns)
    if missing:
        raise ValueError(f"{path}: needs the columns article_id and text; missing: {', '.join(sorted(missing))}")
    for name in {"text", "title"} & set(frame.columns):
        if frame[name].dtype not in (pl.String, pl.Null):
            raise ValueError(f"{path}: the column {name} is {frame[name].dtype}, but texts are needed")
    identifiers = frame["article_id"].dtype
    if not (identifiers.is_integer() or isinstance(identifiers, (pl.String, pl.Categorical, pl.Enum, pl.Null))):
        raise ValueError(f"{path}: the column article_id is {identifiers}, but text or whole numbers are needed")
    typed = frame.with_columns(pl.col("article_id").cast(pl.String), *_read_dates(path, frame))
    if nulls := typed["article_id"].null_count():
        counted = "1 row has" if nulls == 1 else f"{nulls} rows have"
        raise ValueError(f"{path}: {counted} no article_id; give each text its own")
    repeated = typed.filter(pl.col("article_id").is_duplicated())["article_id"]
    if repeated.len():
        raise ValueError(f"{path}: article_id {repeated[0]!r} stands there more than once; give each text its own")
    return typed


def _read_dates(path: Path, frame: pl.DataFrame) -> list[pl.Series]:
    """Reads `published_at` as instants in UTC, from instants, dates or text in ISO 8601; an empty text is null."""
    if "published_at" not in frame.columns:
        return []
    dates = frame["published_at"]
    if not isinstance(dates.dtype, (pl.String, pl.Date, pl.Datetime, pl.Null)):
        raise ValueError(f"{path}: published_at is {dates.dtype}, but dates are needed")  # noqa: TRY004 - a user's file
    if dates.dtype == pl.String:
        try:
            instants = [parse_instant(text) if text else None for text in dates.str.strip_chars()]
        except ValueError as error:
            raise ValueError(f"{path}: published_at: {error}") from error
        dates = pl.Series(dates.name, instants, pl.Datetime("us", "UTC"))
    return [dates.cast(pl.Datetime("us", "UTC"))]

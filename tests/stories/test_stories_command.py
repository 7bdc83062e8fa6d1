"""The command that finds the stories of a table of texts."""

from pathlib import Path

import polars as pl

from flows.texts import find_stories_command
from tasks.stories.stories import find_stories


def test_stories_are_written(tmp_path: Path, texts: pl.DataFrame) -> None:
    """The file has a row for each text, with its story; identifiers may be numbers, dates text."""
    texts.write_parquet(tmp_path / "texts.parquet")
    assert find_stories_command(tmp_path / "texts.parquet", tmp_path / "stories.parquet") == 0
    stories = pl.read_parquet(tmp_path / "stories.parquet")
    assert stories.equals(find_stories(texts))
    written = texts.with_columns(published_at=pl.col("published_at").dt.to_string("iso"))
    written.write_parquet(tmp_path / "texts.parquet")
    find_stories_command(tmp_path / "texts.parquet", tmp_path / "stories.parquet")
    assert pl.read_parquet(tmp_path / "stories.parquet").equals(stories)
    numbered = texts.select(pl.int_range(pl.len()).alias("article_id"), "text")
    numbered.write_parquet(tmp_path / "texts.parquet")
    find_stories_command(tmp_path / "texts.parquet", tmp_path / "stories.parquet")
    assert pl.read_parquet(tmp_path / "stories.parquet").height == texts.height

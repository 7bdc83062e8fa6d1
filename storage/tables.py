"""The tables: rows to typed frames, reading, committing. Everything that callers need of them, under one name."""

from storage.commit import commit_rows, create_tables, recover
from storage.frames import make_frame
from storage.scan import read_table, scan_table

__all__ = ["commit_rows", "create_tables", "make_frame", "read_table", "recover", "scan_table"]

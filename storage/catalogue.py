"""The description of the archive for machines: a Frictionless data package, made from the schemas.

The specification is https://datapackage.org (version 2.0). `path` is a glob, which the specification does not know but
every reader of Parquet does; `unit` and `partition` are properties of our own, which it allows.
"""

import json
from typing import Any

import polars as pl

from storage.columns import INSTANT, Column, Dtype, Table
from storage.durable import write_whole
from storage.layout import Layout
from storage.schemas import TABLES

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FIELD_TYPES: dict[Dtype, str] = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Boolean: "boolean",
    pl.Date: "date",
    INSTANT: "datetime",
}
#: The columns that name a row of another table, by table; verify finds those that name none.
REFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    "addresses": {"capture_id": ("captures", "capture_id")},
    "articles": {"capture_id": ("captures", "capture_id"), "memory_version": ("site_memories", "version")},
    "article_versions": {"memory_version": ("site_memories", "version")},
    "inspections": {"capture_id": ("captures", "capture_id")},
    "rejections": {"capture_id": ("captures", "capture_id"), "memory_version": ("site_memories", "version")},
}


def write_datapackage(layout: Layout) -> None:
    """Writes `datapackage.json` whole; leaves it alone where it already says the same."""
    content = (json.dumps(describe_archive(), indent=2, ensure_ascii=False) + "\n").encode()
    if not layout.datapackage.exists() or layout.datapackage.read_bytes() != content:
        write_whole(layout.datapackage, content)


def describe_archive() -> dict[str, Any]:
    """Describes all tables as a data package."""
    return {
        "$schema": PROFILE,
        "name": "inspection-news",
        "title": "News about inspections of public services, and the inspectorates' own reports",
        "resources": [_describe_table(table) for table in TABLES.values()],
    }


def _describe_table(table: Table) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": table.name,
        "description": f"A row is {table.row}.",
        "path": f"tables/{table.name}/**/*.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {
            "fields": [_describe_column(table, column) for column in table.columns],
            "primaryKey": list(table.key),
        },
    }
    if table.name in REFERENCES:
        resource["schema"]["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [key]}}
            for column, (other, key) in REFERENCES[table.name].items()
        ]
    if table.partition_by:
        resource["partition"] = {"by": ["year", "month"], "of": list(table.partition_by)}
    return resource


def name_type(dtype: Dtype) -> str:
    """Names a column's type in the data package's words, such as string or array."""
    return "array" if isinstance(dtype, pl.List) else FIELD_TYPES[dtype]


def _describe_column(table: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "description": column.description}
    constraints: dict[str, Any] = {"required": True} if column.name in table.required else {}
    field["type"] = name_type(column.dtype)
    if isinstance(column.dtype, pl.List):
        constraints["jsonSchema"] = {"type": "array", "items": _describe_items(column.dtype.inner)}
    if column.unit:
        field["unit"] = column.unit
    if constraints:
        field["constraints"] = constraints
    return field


def _describe_items(dtype: Dtype) -> dict[str, Any]:
    if isinstance(dtype, pl.Struct):
        return {
            "type": "object",
            "properties": {field.name: _describe_items(field.dtype) for field in dtype.fields},
        }
    return {"type": [FIELD_TYPES[dtype], "null"]}

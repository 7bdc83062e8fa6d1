"""The data package says what is in the archive."""

import json

from storage.catalogue import write_datapackage
from storage.layout import Layout
from storage.schemas import TABLES


def test_describes_every_column(layout: Layout) -> None:
    """Every table is a resource with its columns in order, key, units and partition."""
    write_datapackage(layout)
    package = json.loads(layout.datapackage.read_text("utf-8"))
    resources = {resource["title"]: resource for resource in package["resources"]}
    assert list(resources) == list(TABLES)
    for name, table in TABLES.items():
        schema = resources[name]["schema"]
        assert [field["name"] for field in schema["fields"]] == table.schema.names()
        assert schema["primaryKey"] == list(table.key)
        assert all(field["description"] and field["type"] for field in schema["fields"])
        assert ("partition" in resources[name]) == bool(table.partition_by)
    fields = {field["name"]: field for field in resources["captures"]["schema"]["fields"]}
    assert fields["duration_ms"] == {
        "name": "duration_ms",
        "description": "from the request to the last byte",
        "type": "integer",
        "unit": "milliseconds",
    }
    assert fields["fetched_at"]["type"] == "datetime"
    assert fields["capture_id"]["constraints"] == {"required": True}


def test_is_written_only_where_it_says_something_new(layout: Layout) -> None:
    """The same description again leaves the file alone; another one takes its place."""
    write_datapackage(layout)
    before = layout.datapackage.stat().st_ino
    write_datapackage(layout)
    assert layout.datapackage.stat().st_ino == before
    layout.datapackage.write_text("{}")
    write_datapackage(layout)
    assert len(layout.datapackage.read_text()) > 1000
    assert [path.name for path in layout.root.iterdir()] == ["datapackage.json"]

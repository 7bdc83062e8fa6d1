"""The data package says what is in the archive."""

import json

from storage.catalogue import describe_archive, write_datapackage
from storage.layout import Layout
from storage.schemas import TABLES
from tasks.verify import verify_archive


def test_describes_every_column(layout: Layout) -> None:
    """Every table is a resource of its name with its columns in order, key, units and partition."""
    write_datapackage(layout)
    package = json.loads(layout.datapackage.read_text("utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
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


def test_references_are_those_that_are_verified(layout: Layout) -> None:
    """Every foreign key leads from a column to one of another table, and `verify` checks it, and no other."""
    referred = set()
    for resource in describe_archive()["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            other = key["reference"]["resource"]
            assert set(key["fields"]) <= set(TABLES[resource["name"]].schema)
            assert set(key["reference"]["fields"]) <= set(TABLES[other].schema)
            referred.add(f"{resource['name']} to {other}")
    assert referred == {check.name for check in verify_archive(layout) if check.name.partition(" to ")[2] in TABLES}


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

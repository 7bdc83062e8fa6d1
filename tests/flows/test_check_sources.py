"""`sources check` says what each discovery address lists, and names the line of the one that fails."""

import re
from pathlib import Path
from typing import Any

from tests.sample_site.serve import start_server

SITE = Path(__file__).resolve().parents[1] / "sample_site"
BROKEN = """
name = "broken"
title = "Broken"
publisher = "Broken"
kind = "news"
hosts = ["www.harbourpost.example"]
notes = "written for a test"

[[discover]]
method = "feed"
url = "https://www.harbourpost.example/rss"

[[discover]]
method = "feed"
url = "https://www.harbourpost.example/no-such-feed"
"""


def test_each_address_is_tried_and_the_broken_one_named(run_command: Any, tmp_path: Path) -> None:
    """The good address has its count, the bad one FILE:LINE and the reason; the archive is not touched."""
    (tmp_path / "broken.toml").write_text(BROKEN)
    server = start_server()
    try:
        settings = {
            "connect_to": f"127.0.0.1:{server.server_port}",
            "sources": tmp_path,
            "archive": tmp_path / "archive",
        }
        ran = run_command("sources", "check", "broken", **settings)
        listed = run_command("sources", "check", "broken", "--json", **settings).json
    finally:
        server.stop()
    assert ran.status == 1
    assert re.search(rf"{tmp_path}/broken.toml:15: https://www.harbourpost.example/no-such-feed: gone", ran.out)
    assert [trial["listed"] > 0 for trial in listed] == [True, False]
    assert not (tmp_path / "archive").exists()

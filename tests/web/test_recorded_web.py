"""The recorded web at its worst: half of the answers are faults, and a client that retries gets through."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from storage.records import Answer, Exchange
from tasks.web.client import Client
from tasks.web.settings import ClientSettings


@pytest.fixture
def faulty_web(shared: Path) -> Iterator[str]:
    """The recorded web with faults, on a port of its own."""
    server = str(shared / "recorded_web" / "serve.py")
    command = [sys.executable, server, "--port", "0", "--faults", "0.5", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().rpartition("//")[2]
        finally:
            process.terminate()


def list_addresses(shared: Path) -> list[str]:
    """Lists twenty report files and every plain news page of the recorded web."""
    web: dict[str, Any] = json.loads((shared / "recorded_web" / "web.json").read_text())
    reports = [f"https://files.ofsted.gov.uk/v1/file/{report['file_id']}" for report in web["reports"][:20]]
    pages = [
        f"https://{site['host']}{page['path']}"
        for site in web["sites"]
        for page in site["pages"]
        if not page.get("redirect") and not page.get("status")
    ]
    return reports + pages


def test_retrying_client_gets_through(shared: Path, faulty_web: str, fake_time: Any) -> None:
    """Every address ends in a whole, usable answer, however often its server failed on the way."""
    urls = list_addresses(shared)
    exchanges: list[Exchange] = []
    # A slow answer of the recorded web takes two seconds: it counts as a timeout here.
    settings = ClientSettings("inspection-news/0.1 (+tests)", connect_to=faulty_web, pace=0, read_timeout_s=0.5)

    async def run() -> list[Answer]:
        async with Client(settings, record_robots=exchanges.append, clock=fake_time.clock) as client:
            return await asyncio.gather(
                *(
                    client.fetch(
                        url, hosts=frozenset({urlsplit(url).hostname or ""}), concurrency=4, record=exchanges.append
                    )
                    for url in urls
                )
            )

    answers = asyncio.run(run())
    assert len(answers) >= 30
    assert {answer.url: answer.reason for answer in answers if answer.outcome} == {}
    lengths = [int(answer.exchange.header("content-length") or -1) for answer in answers if answer.exchange]
    assert [len(answer.body) for answer in answers] == lengths
    failures = {exchange.status if exchange.error is None else exchange.truncated for exchange in exchanges}
    assert {200, 429, 500, 503, None, "disconnect"} <= failures

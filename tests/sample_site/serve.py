"""Serves the sample site on loopback: two invented news outlets and an invented inspectorate, by virtual host.

    python tests/sample_site/serve.py --port 0 [--day 1|2] [--log FILE]

The Host header chooses the site: a client sends the request for https://HOST/PATH to http://127.0.0.1:PORT/PATH with
`Host: HOST`. On day 2 one article has a new text, changed when the day began, and another is new; all else has the
same bytes as on day 1.
`/__stats` answers with the number of requests for each "host path".
"""

import argparse
import gzip
import hashlib
import json
import signal
import sys
import threading
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl, unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sample_content import Day
from sample_inspectorate import FILES_HOST, PAGES_HOST, answer_inspectorate
from sample_outlets import FOLDERS, Answer, answer_outlet

COMPRESSED_TYPES = ("text/", "application/json", "application/rss+xml", "application/xml")


class SampleServer(ThreadingHTTPServer):
    """The sample site on 127.0.0.1; `requests` counts what was asked for."""

    daemon_threads = True

    def __init__(self, port: int, day: int, log: TextIO | None = None) -> None:
        """Binds the port; 0 takes a free one."""
        super().__init__(("127.0.0.1", port), Handler)
        self.set_day(day)
        self.log = log
        self.requests: Counter[str] = Counter()
        self.lock = threading.Lock()

    def set_day(self, day: int) -> None:
        """Makes the site what it is on day 1 or 2, which begins now."""
        self.day = Day(day, datetime.now(UTC))

    def answer(self, host: str, path: str, query: dict[str, str]) -> Answer:
        """Answers for the host."""
        if host in FOLDERS:
            return answer_outlet(host, path, query, self.day)
        if host in (PAGES_HOST, FILES_HOST):
            return answer_inspectorate(host, path, query)
        return Answer(404, {"Content-Type": "text/plain"}, b"no such host in the sample site\n")

    def note_request(self, host: str, target: str, user_agent: str) -> None:
        """Counts a request, and writes it to the log."""
        with self.lock:
            self.requests[f"{host} {urlsplit(target).path}"] += 1
            if self.log:
                self.log.write(f"{datetime.now(UTC).isoformat()}\t{host}\t{target}\t{user_agent}\n")
                self.log.flush()

    def stop(self) -> None:
        """Stops answering and frees the port."""
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection: conditional answers and Content-Encoding."""

    server: SampleServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one packet

    def do_GET(self) -> None:
        """Answers one request."""
        parts = urlsplit(self.path)
        host = (parts.netloc or self.headers.get("Host", "")).partition(":")[0].lower()
        if parts.path == "/__stats":
            body = json.dumps(dict(sorted(self.server.requests.items()))).encode()
            return self.send(Answer(200, {"Content-Type": "application/json"}, body))
        self.server.note_request(host, self.path, self.headers.get("User-Agent", ""))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return self.send(self.make_conditional(self.server.answer(host, unquote(parts.path) or "/", query)))

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def make_conditional(self, answer: Answer) -> Answer:
        """Gives a 200 its ETag, or answers 304 where the client has it already (RFC 9110, section 13.2.2)."""
        if answer.status != 200:
            return answer
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        given = self.headers.get("If-None-Match")
        last_modified = answer.headers.get("Last-Modified")
        same_date = last_modified is not None and last_modified == self.headers.get("If-Modified-Since")
        if etag in given.replace("W/", "").split(", ") if given else same_date:
            return Answer(304, {"ETag": etag}, b"")
        return answer._replace(headers=answer.headers | {"ETag": etag})

    def send(self, answer: Answer) -> None:
        """Sends the answer, packed where client and media type allow it."""
        headers, body = dict(answer.headers), answer.body
        if body and headers["Content-Type"].startswith(COMPRESSED_TYPES):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                headers["Content-Encoding"], body = "gzip", gzip.compress(body, mtime=0)
        if answer.status != 304:
            headers["Content-Length"] = str(len(body))
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps the terminal quiet."""


def start_server(port: int = 0, day: int = 1) -> SampleServer:
    """Starts the sample site in a thread; its `server_port` tells where, `stop()` ends it."""
    server = SampleServer(port, day)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def main() -> None:
    """Serves until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--day", type=int, choices=(1, 2), default=1)
    parser.add_argument("--log", type=Path, help="one line for each request")
    options = parser.parse_args()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(0))
    log = options.log.open("a", encoding="utf-8") if options.log else None
    with SampleServer(options.port, options.day, log) as server:
        print(f"the sample site is served on http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

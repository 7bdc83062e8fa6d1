"""Pages that `freeze` has kept, and what is to be read from each."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """A page as it was captured: where, when, with which Content-Type, and what is to be read from it."""

    url: str
    fetched_at: datetime
    content_type: str | None
    answer: dict[str, Any]


def load_page(answer: Path) -> tuple[bytes, FrozenPage]:
    """Loads a frozen page: its body, and what is to be read from it."""
    facts = json.loads(answer.read_text(encoding="utf-8"))
    body = next(path for path in answer.parent.glob(f"{answer.stem}.*") if path != answer)
    moment = datetime.fromisoformat(facts["fetched_at"])
    return body.read_bytes(), FrozenPage(facts["url"], moment, facts["content_type"], facts["answer"])

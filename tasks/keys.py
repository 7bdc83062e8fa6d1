"""The keys that sources need: a source whose key is not there is skipped, and says so."""

from tasks.run import Run
from tasks.sources.model import Source


def explain_missing_key(source: Source, run: Run) -> str | None:
    """Says why a source cannot be asked, in words; None where it needs no key or has it."""
    if source.key is None or run.client.has_key(source.key):
        return None
    return f"{source.key.environment} is not set: {source.key.host} wants a key; the source's notes say how to get one"

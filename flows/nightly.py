"""The nightly flow: every source once, only what is new; then what the sites' pages have in common is learned.

Each source is a chain of tasks of its own: discover, then batches of fetch and read, where the next batch is fetched
while the last one is read. A source that fails is told in the report and never stops the others.
"""

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State

from flows.running import run_sources
from flows.stages import carry_out, discover, tell_errors
from tasks.check import check_source
from tasks.plan import Plan
from tasks.run import Run, Tally
from tasks.sources.model import Source


@flow(name="nightly", flow_run_name="nightly", persist_result=False, validate_parameters=True)
async def nightly(sources: list[str] | None = None) -> State[str]:
    """Runs every source, or the named ones, once; fails where a source failed an expectation.

    Args:
        sources: Names of sources; all, if none is given.
    """
    return await run_sources("nightly", sources, run_source, check_source, learns=True)


async def run_source(source: Source, run: Run) -> Tally:
    """Runs one source's chain of tasks; what stops a link of it is told in the tally."""
    tally = Tally(source.name, datetime.now(UTC))
    plan = await tell_errors(discover(source, run, tally), tally.errors) or Plan()
    await carry_out(plan, source, run, tally)
    tally.defer_rest()
    tally.ended_at = datetime.now(UTC)
    return tally

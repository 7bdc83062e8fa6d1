"""The command line. Commands import what they need when they run, so that --help answers at once.

Exit status: 0 all went well, 1 something that the summary names did not, 2 wrong usage, 130 and 143 stopped by Ctrl-C
and by SIGTERM.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.days import parse_first_day, parse_last_day
from tasks.via import Via

app = typer.Typer(
    help="Archives news about inspections of public services, and the inspectorates' own reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

sources = typer.Typer(no_args_is_help=False)
app.add_typer(sources, name="sources")

SourceNames = Annotated[
    list[str] | None, typer.Option("--source", metavar="NAME", help="Only this source; may be given again.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Parquet file to write.")]
TextsFile = Annotated[
    Path,
    typer.Argument(metavar="TEXTS.parquet", help="Parquet file with article_id and text; published_at where known."),
]


@app.command()
def nightly(source: SourceNames = None, as_json: AsJson = False) -> None:
    """Run every source once, only what is new."""
    from flows.commands import run_nightly_command

    raise typer.Exit(run_nightly_command(source, as_json=as_json))


@app.command()
def backfill(
    path: Annotated[
        Path | None, typer.Argument(metavar="FILE|FOLDER", help="Via warc: a WARC file, or a folder of them.")
    ] = None,
    start: Annotated[
        date | None,
        typer.Option(
            "--from", metavar="DATE", parser=parse_first_day, help="First month: 2019-01; of a day, its whole month."
        ),
    ] = None,
    end: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=parse_last_day, help="Last month, included.")
    ] = None,
    via: Annotated[Via, typer.Option(help="Where the pages are looked for.")] = Via.LIVE,
    source: SourceNames = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what it would ask for.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what an earlier backfill is done with.")] = False,
    as_json: AsJson = False,
) -> None:
    """Go through the past, on the sites, in web archives or in WARC files; continues where it was stopped."""
    from flows.commands import run_backfill_command

    raise typer.Exit(run_backfill_command(via, start, end, path, source, again=again, is_dry=dry_run, as_json=as_json))


@app.command()
def reprocess(
    start: Annotated[
        date | None, typer.Option("--from", metavar="DATE", parser=parse_first_day, help="First day of the captures.")
    ] = None,
    end: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=parse_last_day, help="Last day of the captures.")
    ] = None,
    source: SourceNames = None,
    outdated: Annotated[bool, typer.Option("--outdated", help="Only what another reader version has read.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Only show which values would change, and how.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read archived captures again with today's readers, without network."""
    from flows.commands import run_reprocess_command

    raise typer.Exit(run_reprocess_command(start, end, source, outdated=outdated, diff=diff, as_json=as_json))


@app.command()
def learn_sites(
    start: Annotated[
        date | None,
        typer.Option(
            "--from",
            metavar="DATE",
            parser=parse_first_day,
            help="First day whose captures it is learned from, and for which it holds; "
            "without it, it holds from tomorrow.",
        ),
    ] = None,
    source: SourceNames = None,
    as_json: AsJson = False,
) -> None:
    """Learn which lines recur over the pages of each site, to leave them out of its texts; each night does so, too."""
    from flows.learn_sites import learn_sites_command

    raise typer.Exit(learn_sites_command(start, source, as_json=as_json))


@app.command()
def read(
    page: Annotated[
        str | None, typer.Argument(metavar="FILE|URL", help="A page or PDF report, may be gzipped.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The address that the file came from.")] = None,
    fetched_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it was fetched (ISO 8601); now, if not given.")
    ] = None,
    pages: Annotated[
        Path | None,
        typer.Option("--list", metavar="FILE", help="JSON lines with id, file, url and, optionally, fetched_at."),
    ] = None,
) -> None:
    """Print what is read from a page or report, as JSON."""
    from flows.read import check_options, read_list, read_one

    check_options(page, pages, url, fetched_at)
    raise typer.Exit(read_list(pages) if pages else read_one(str(page), url, fetched_at))


@app.command()
def freeze(
    page: Annotated[str, typer.Argument(metavar="URL|CAPTURE", help="An address, or a capture_id of the archive.")],
    folder: Annotated[Path, typer.Option("--into", metavar="FOLDER", help="Folder of frozen pages.")] = Path(
        "tests/pages"
    ),
) -> None:
    """Keep a page, and what is read from it, as a test; from the archive, else from the site."""
    from flows.freeze import freeze_page
    from flows.settings import Settings

    typer.echo(freeze_page(page, folder, Settings()))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show what the archive holds, and how the last run of each source went."""
    from flows.commands import show_status

    raise typer.Exit(show_status(as_json=as_json))


@sources.callback(invoke_without_command=True)
def list_sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources, or `check` what their discovery addresses list now."""
    from flows.commands import show_sources

    if context.invoked_subcommand is None:
        raise typer.Exit(show_sources(as_json=as_json))


@sources.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Only these sources.")] = None,
    as_json: AsJson = False,
) -> None:
    """Try each discovery address, say what it lists, and name the line to mend."""
    from flows.check_sources import check_sources

    raise typer.Exit(check_sources(names, as_json=as_json))


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Check that the archive is whole: WARC files, tables as they were written, and what refers to what."""
    from flows.commands import verify_command

    raise typer.Exit(verify_command(as_json=as_json))


@app.command()
def report() -> None:
    """Write the report on all runs again, and say where it lies."""
    from flows.commands import write_report_command

    raise typer.Exit(write_report_command())


@app.command()
def duplicates(texts: TextsFile, out: OutFile) -> None:
    """Find texts that are the same, nearly the same, or contained in another, in any table."""
    from flows.texts import find_duplicates_command

    raise typer.Exit(find_duplicates_command(texts, out))


@app.command()
def passages(texts: TextsFile, out: OutFile) -> None:
    """Find passages, such as quotes, that several texts of any table share."""
    from flows.texts import find_passages_command

    raise typer.Exit(find_passages_command(texts, out))


@app.command()
def stories(texts: TextsFile, out: OutFile) -> None:
    """Find which texts of any table are about one event."""
    from flows.texts import find_stories_command

    raise typer.Exit(find_stories_command(texts, out))


@app.command()
def demo() -> None:
    """Run the nightly job on the sample site and show what came of it."""
    from flows.demo import run_demo

    raise typer.Exit(run_demo())


@app.command()
def up() -> None:
    """Start Prefect's server, deploy, and start a worker; Ctrl-C stops all of it."""
    from flows.up import run_up

    raise typer.Exit(run_up())


def main() -> None:
    """Runs the command line; what was asked wrongly ends in status 2, what could not be done in 1, each in one line."""
    try:
        sys.exit(app(standalone_mode=False))
    except Exception as error:
        from flows.failures import describe_failure

        failure = describe_failure(error)
        if failure is None:
            raise
        status, message = failure
        # What is asked without a command has the help for an answer, and nothing more to say.
        if message:
            typer.echo(f"inspection-news: {message}", err=True)
        raise SystemExit(status) from None


if __name__ == "__main__":
    main()

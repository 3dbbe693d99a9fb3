"""The command line of intelbrief."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot import files
from bot.app import VERSION, App, build, in_chat, settle
from bot.charts import timeline_picture
from bot.folders import catalogue, load_settings
from bot.heart import wants
from bot.logs import configure_logging
from bot.platforms.console.inbound import operator
from bot.platforms.console.outbound import Screen, picture
from bot.process import TERMINATED, carry_out, complain, for_programs, with_streams
from briefings.answers import Choice, Failure, Timeline
from briefings.errors import InputError, IntelbriefError
from briefings.ingest import LARGEST_FILE, Ingested
from briefings.naming import publisher
from briefings.render import markdown
from briefings.text import tokens

cli = typer.Typer(
    help="A market-intelligence desk: what companies do together, with every number sourced.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
opml = typer.Typer(help="Exchange lists of feeds with other programs.", no_args_is_help=True)
cli.add_typer(opml, name="opml")


@cli.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Settings come from the environment and from .env in this folder; see .env.example."""
    if version:
        typer.echo(f"intelbrief {VERSION}")
        raise typer.Exit


@cli.command()
def run() -> None:
    """Start the desk: a prompt, or an answer for every piped line."""
    _open_and(lambda app: app.serve(), terminal=sys.stdin.isatty())


@cli.command()
def ask(
    words: Annotated[list[str], typer.Argument(help="A command, with or without /intel.")],
    svg: Annotated[Path | None, typer.Option(help="Save the answer as a picture, too.")] = None,
    png: Annotated[Path | None, typer.Option(help="Save a timeline's picture, too.")] = None,
    width: Annotated[int, typer.Option(min=40, max=200, help="Columns of the picture.")] = 100,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """Give one answer."""

    async def answer(app: App) -> int:
        question, zone = " ".join(words), app.settings.timezone
        screen = Screen.of(sys.stdout, zone)
        task = asyncio.create_task(app.ask(question, operator(zone)))
        await screen.wait_for(task)
        reply = task.result()
        answered = not isinstance(reply, Failure | Choice)
        if svg is not None and answered:
            with files.writing(svg):
                picture(reply, zone, svg, width=width, title=f"intelbrief ask {question}")
        if png is not None and isinstance(reply, Timeline) and reply.events:
            drawn = timeline_picture(reply, zone=zone)
            with files.writing(png):
                png.write_bytes(drawn)
        # Last, since a reader that has gone ends the program.
        if as_markdown:
            typer.echo(markdown(reply, zone), nl=False)
        else:
            screen.show(reply)
        if png is not None and isinstance(reply, Timeline) and not reply.events:
            raise InputError("An empty timeline has no picture to save as PNG.")
        if png is not None and answered and not isinstance(reply, Timeline):
            raise InputError(
                "Only a timeline has a picture to save as PNG.",
                remedy="Write intelbrief ask timeline <topic> --png FILE, or use --svg.",
            )
        return int(not answered)

    _open_and(answer)


@cli.command()
def add(
    articles: Annotated[list[str], typer.Argument(metavar="FILE-OR-URL...")],
    published: Annotated[
        str, typer.Option(help="When they were published: 2013-05-07, 2013-05 or 2013.")
    ] = "",
) -> None:
    """Read articles into the corpus: files or addresses.

    A file may be HTML, Markdown, or text as copied from a page.
    """

    async def read(app: App) -> int:
        from bot.facts import day_of  # noqa: PLC0415 - slow to import

        status = 0
        day = day_of(published)
        for name in articles:
            try:
                if name.startswith(("http://", "https://")):
                    ingested = await app.ingest.add_url(name, published=day)
                else:
                    ingested = await app.ingest.add_file(name, files.read(name), published=day)
                typer.echo(_line(ingested, app))
                if not ingested.article.published.is_known:
                    typer.echo(_undated(name), err=True)
            except IntelbriefError as error:
                status = complain(error)
        return status

    _open_and(read)


@cli.command()
def facts(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A text; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    published: Annotated[str, typer.Option(help="Its day: 2013-05-07.")] = "",
    language: Annotated[str, typer.Option(help="en or zh; found out if left out.")] = "",
) -> None:
    """Print what one text says of organisations; nothing is stored."""
    from bot import facts as lines  # noqa: PLC0415 - reading facts is slow to import

    if as_json:
        for_programs()

    async def read() -> int:
        matcher = catalogue(load_settings(os.environ, Path.cwd()))
        name = "The text" if file == "-" else file
        data = sys.stdin.buffer.read(LARGEST_FILE + 1) if file == "-" else files.read(file)
        found = lines.facts_of_text(data, name, matcher, published=published, language=language)
        for fact in found:
            typer.echo(
                lines.as_json(lines.as_object(fact, matcher))
                if as_json
                else lines.as_text(fact, matcher)
            )
        if not found and not as_json:
            typer.echo("No facts.")
        return 0

    raise typer.Exit(carry_out(read()))


@cli.command()
def export(
    facts: Annotated[
        str, typer.Option(metavar="csv|json", help="The facts: csv, or a json array.")
    ],
) -> None:
    """Print all of the ledger."""
    from bot import facts as lines  # noqa: PLC0415

    if facts not in ("csv", "json"):
        _misused(f"--facts takes csv or json, not {facts!r}.")
    for_programs()

    async def write(app: App) -> int:
        matcher = app.naming.matcher
        between = ""
        typer.echo(lines.header() if facts == "csv" else "[", nl=False)
        async for fact in app.store.ledger(app.naming.voice_of).export():
            entry = lines.as_entry(fact, matcher)
            if facts == "csv":
                typer.echo(lines.as_row(entry), nl=False)
            else:
                typer.echo(f"{between}\n{lines.as_json(entry)}", nl=False)
                between = ","
        if facts == "json":
            typer.echo("\n]")
        return 0

    _open_and(write)


@cli.command()
def poll(
    once: Annotated[bool, typer.Option("--once", help="Ask every feed now, then end.")] = False,
) -> None:
    """Ask the feeds whenever they are due, until Ctrl-C, or once."""
    from bot.polling import poll_on, poll_once  # noqa: PLC0415 - its progress bar is slow to import

    console = Console(highlight=False)
    _open_and(lambda app: (poll_once if once else poll_on)(app, console))


@opml.command("export")
def export_feeds(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; standard output if left out.")
    ] = None,
) -> None:
    """Write the watched feeds as OPML."""
    from briefings.opml import export_opml  # noqa: PLC0415 - lxml is slow to import

    async def export(app: App) -> int:
        sources = await app.store.sources.list()
        document = export_opml(sources)
        if file is None:
            for_programs()
            typer.echo(document, nl=False)
            return 0
        with files.writing(file), file.open("x", encoding="utf-8") as opened:
            opened.write(document)
        typer.echo(f"{len(sources)} feeds written to {file}.")
        return 0

    _open_and(export)


@opml.command("import")
def import_feeds(file: Annotated[Path, typer.Argument(help="An OPML file.")]) -> None:
    """Watch the feeds of an OPML file. Those watched already stay as they are."""
    from briefings.opml import import_opml  # noqa: PLC0415 - lxml is slow to import

    async def read(app: App) -> int:
        added = 0
        definitions = import_opml(files.read(str(file)))
        watched = {source.definition.url for source in await app.store.sources.list()}
        for definition in definitions:
            if definition.url not in watched:
                await app.store.sources.add(definition)
                added += 1
        typer.echo(f"{added} of {len(definitions)} feeds added; the others are watched already.")
        return 0

    _open_and(read)


@cli.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; a new file in the data folder if left out.")
    ] = None,
) -> None:
    """Copy the database into a file, and check the copy. The desk may be running."""
    from bot.backups import back_up  # noqa: PLC0415

    work = back_up(os.environ, Path.cwd(), file)
    raise typer.Exit(carry_out(work, terminated_status=TERMINATED))


@cli.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="A backup.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    mark: Annotated[
        bool,
        typer.Option("--mark-recovery", help="Only note that other tools restored the database."),
    ] = False,
) -> None:
    """Replace the database by a backup. What was due since is looked up before it is sent."""
    from bot.backups import mark_recovery, restore_from  # noqa: PLC0415

    if (file is None) != mark:
        _misused("restore takes one of the two: the FILE of a backup, or --mark-recovery.")

    folder = Path.cwd()
    if file is None:
        raise typer.Exit(carry_out(mark_recovery(os.environ, folder)))
    work = restore_from(os.environ, folder, file, yes=yes)
    raise typer.Exit(carry_out(work, terminated_status=TERMINATED))


@cli.command()
def check(
    live: Annotated[
        bool, typer.Option("--live", help="Let chat platforms judge messages; none is posted.")
    ] = False,
) -> None:
    """Say whether this machine and its settings are fit for the desk."""
    from bot.checks import FAIL, examine  # noqa: PLC0415

    async def report() -> int:
        status = 0
        async for finding in examine(os.environ, Path.cwd(), live=live):
            remedy = f" {finding.remedy}" if finding.remedy else ""
            typer.echo(f"{finding.level:<5} {finding.what}{remedy}")
            status = max(status, int(finding.level == FAIL))
        return status

    raise typer.Exit(carry_out(report()))


def _open_and(task: Callable[[App], Awaitable[int]], *, terminal: bool | None = None) -> NoReturn:
    """Open the program, do one thing with it, close it and end.

    `terminal` says whether it serves people at a terminal. Where it does, or in a chat, feeds are
    asked and digests delivered meanwhile; None leaves both alone.
    """

    async def session() -> int:
        settings = load_settings(os.environ, Path.cwd())
        configure_logging(settings.log_level)
        people = terminal or (terminal is not None and in_chat(settings))
        watching = terminal is not None and wants(settings.watch, people=people)
        delivering = terminal is not None and wants(settings.deliver, people=people)
        async with AsyncExitStack() as stack:
            console = Console(stderr=True)
            # The first start fills the database, which takes seconds.
            with console.status("Opening the desk") if console.is_terminal else nullcontext():
                app = await stack.enter_async_context(
                    build(settings, watching=watching, delivering=delivering)
                )
                settle()
            return await task(app)

    raise typer.Exit(carry_out(session()))


def _undated(name: str) -> str:
    return (
        f"intelbrief: {name} says no date that can be read; the day of adding stands for it. "
        "Add it again with --published 2013-05-07, its day."
    )


def _misused(problem: str) -> NoReturn:
    """End as a command that was written wrongly."""
    complain(InputError(problem))
    raise typer.Exit(2)


def _line(ingested: Ingested, app: App) -> str:
    article = ingested.article
    organisations = ", ".join(app.naming.organisations([article])) or "no watched organisation"
    fields = (
        str(article.published),
        publisher(article),
        article.title,
        organisations,
        f"{tokens.words(article.body):,} words",
    )
    return "  |  ".join(fields)


def main() -> None:
    """Obey the command line."""
    with_streams(cli)


if __name__ == "__main__":
    main()

"""The command that brings rows or documents in."""

import argparse
from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from desktop import cli_reports
from desktop.cli_commands import Wiring, last_model, saying
from desktop.cli_output import follow
from desktop.core import options
from desktop.core.catalogue import find, formats
from desktop.core.errors import UserError
from desktop.core.i18n import _, listed, ngettext
from desktop.core.options import Options
from desktop.core.progress import Event
from desktop.core.records import JsonObject
from desktop.store.project import Project

if TYPE_CHECKING:
    from desktop.confined.runner import ConfinedProcess
    from desktop.jobs.importing_sources import SourcesReport


def import_files(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Bring rows in, or documents."""
    if asked.stage == "sources":
        return _import_sources(asked, wiring)
    from desktop.jobs import importing

    rules = _rules_of(asked)
    bring = importing.import_seeds if asked.stage == "seeds" else importing.import_candidates
    with Project.open(asked.project, on_check=saying(_("Checking"), wiring)) as project:
        report = follow(bring(project, asked.files, asked.format, dict(asked.map), rules), wiring.output)
    for file, flaw in report.flaws:
        wiring.output.note(f"{file}: {flaw.place}: {flaw.why}")
    for name in report.repeated_names:
        wiring.output.note(_("Several rows bear the name “{name}”.").format(name=name))
    flaws = [{"file": str(file), "place": flaw.place, "why": flaw.why} for file, flaw in report.flaws]
    told = ngettext("{count} row came in.", "{count} rows came in.", report.added).format(count=report.added)
    if report.duplicates:
        known = ngettext("{count} was there already.", "{count} were there already.", report.duplicates)
        told += " " + known.format(count=report.duplicates)
    found: JsonObject = {
        "added": report.added,
        "duplicates": report.duplicates,
        "repeated_names": report.repeated_names,
        "flaws": flaws,
    }
    wiring.output.result(found, told)
    if not report.added and not report.duplicates:
        raise UserError(_("No row came in."), _("The lines above say what is wrong with each."))
    return 0


def _rules_of(asked: argparse.Namespace) -> Options | None:
    """What a format is told of which rows to take, where it can be told."""
    if not asked.option:
        return None
    rules = None if asked.format is None else find(formats(), asked.format).rules
    if rules is None:
        able = listed(id for id, each in formats().items() if each.rules is not None)
        raise UserError(
            _("Only some formats have options for reading."),
            _("Name one of them with --format: {names}.").format(names=able),
        )
    return options.from_text(rules, dict(asked.option))


def _import_sources(asked: argparse.Namespace, wiring: Wiring) -> int:
    from desktop.confined.runner import ConfinedProcess

    rules = _rules_of(asked)
    if asked.map:
        raise UserError(_("Sources keep all their columns; none is mapped."), _("Leave --map out."))
    if asked.format is not None and find(formats(), asked.format).parts is None:
        names = listed(id for id, each in formats().items() if each.parts is not None)
        raise UserError(
            _("The format “{format}” holds no documents.").format(format=asked.format),
            _("Choose one of: {names}.").format(names=names),
        )
    with (
        Project.open(asked.project, on_check=saying(_("Checking"), wiring)) as project,
        ConfinedProcess() as confined,
        ExitStack() as opened,
    ):
        report = follow(_sources(project, confined, asked, rules, opened), wiring.output)
    for name, why in report.failed:
        wiring.output.note(f"{name}: {why}")
    for source in report.sources:
        for unread in source.unread:
            wiring.output.note(f"{source.path}: {unread.place}: {unread.why}")
    wiring.output.result(cli_reports.of_sources(report), cli_reports.sources_in_words(report))
    if not report.sources and not report.known:
        raise UserError(_("No source came in."), _("The lines above say what is wrong with each."))
    return 0


def _sources(
    project: Project, confined: "ConfinedProcess", asked: argparse.Namespace, rules: Options | None, opened: ExitStack
) -> "Generator[Event, None, SourcesReport]":
    """The job; passages are counted by the tokenizer of the model that was named, else of the project's last."""
    from desktop.engine.vocabulary import load_vocabulary
    from desktop.jobs.importing_sources import import_sources
    from desktop.jobs.token_count import Tokens

    tokens = None
    model = asked.model or last_model(project)
    if model is not None:
        engine = yield from load_vocabulary(model)
        opened.callback(engine.close)
        tokens = Tokens(engine)
    by_format = {} if rules is None else {asked.format: rules}
    return (yield from import_sources(project, confined, asked.files, asked.format, by_format, tokens))

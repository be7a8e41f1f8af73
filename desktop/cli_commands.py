"""The commands of the command line, one function each."""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from desktop import cli_reports, cli_rows
from desktop.cli_endpoint import open_remote
from desktop.cli_output import Output, follow
from desktop.core import options, paths
from desktop.core.catalogue import filters, find, formats, methods
from desktop.core.engine import Engine, NoEngine
from desktop.core.errors import UserError
from desktop.core.i18n import _, ngettext
from desktop.core.presets import PRESETS
from desktop.core.progress import Event, Tick
from desktop.core.records import ChainLink, Decision, JsonObject
from desktop.store.project import Project

if TYPE_CHECKING:
    from desktop.jobs.generating import GenerateReport

OpenEngine: TypeAlias = "Callable[[Path, Callable[[float], None]], AbstractContextManager[Engine]]"
"""Loads a model, says how far it is, and lets go of it at the end."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a command is handed beside its arguments."""

    output: Output
    open_engine: OpenEngine


@contextmanager
def open_local(model: Path, on_load: Callable[[float], None]) -> Iterator[Engine]:
    """The model in a process of its own, on this machine."""
    from desktop.engine.client import LocalEngine

    engine = LocalEngine(model, on_load=on_load, tune=True)
    try:
        yield engine
    finally:
        engine.close()


# ── the window and the demo ──────────────────────────────────────────────────────────────────────


def window(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Show the window."""
    if not has_display(os.environ):
        raise UserError(
            _("There is no display to show the window on."),
            _("`seedbed --help` shows what Seedbed does without one."),
        )
    return _show(asked.project)


def demo(asked: argparse.Namespace, wiring: Wiring) -> int:
    """The whole loop, in the window where there is a display."""
    from desktop.jobs import demo

    output = wiring.output
    folder = demo.free_folder(asked.out)
    if folder != asked.out:
        output.note(_("{taken} is taken, so this goes to {folder}.").format(taken=asked.out, folder=folder))
    model = starter()
    file = follow(demo.prepare(folder, _("Demo")), output)
    if not asked.headless and has_display(os.environ):
        return _show(file, start_demo=asked.rows)
    output.note(_("Writing {rows} rows into {folder}.").format(rows=asked.rows, folder=folder))
    with Project.open(file) as project, wiring.open_engine(model, saying(_("Loading the model"), wiring)) as engine:
        report = follow(
            demo.play(project, engine, asked.rows), output, lambda row: output.note(cli_rows.of_landed(row))
        )
    told, words = cli_reports.of_generate(report.generated), cli_reports.generate_in_words(report.generated)
    if report.exported is not None:
        told = {**told, **cli_reports.of_export(report.exported)}
        words = f"{words}\n{cli_reports.export_in_words(report.exported)}"
    output.result({"project": str(file), **told}, words)
    return _passed(report.generated)


def _show(project: Path | None, start_demo: int = 0) -> int:
    try:
        from desktop.ui import app
    except ImportError as error:
        raise UserError(
            _("The window cannot be shown: {why}.").format(why=error),
            _("`python3 packaging/bootstrap.py setup` gets what is missing, or says how."),
        ) from None
    return app.run(project, start_demo=start_demo)


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window could be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


# ── a project ────────────────────────────────────────────────────────────────────────────────────


def new(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Make a project file."""
    with Project.create(asked.project, title=asked.title or asked.project.stem, language=asked.language) as project:
        made: JsonObject = {"project": str(asked.project), "title": project.title, "language": project.language}
    wiring.output.result(made, _("Made {file}.").format(file=asked.project))
    return 0


def status(asked: argparse.Namespace, wiring: Wiring) -> int:
    """How many rows stand at each stage."""
    with reader(asked.project, wiring) as project:
        counts = project.counts()
    wiring.output.result(cli_reports.of_counts(counts), cli_reports.counts_in_words(counts))
    return 0


def check(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Read the whole project file and say whether it is sound; save what can be read where it is not."""
    try:
        with reader(asked.project, wiring) as project:
            project.check(saying(_("Checking"), wiring))
    except UserError as damage:
        if not asked.repair:
            raise
        return _repair(asked.project, damage, wiring)
    told = _("{file} is sound.").format(file=asked.project)
    wiring.output.result({"project": str(asked.project), "sound": True}, told)
    return 0


def _repair(path: Path, damage: UserError, wiring: Wiring) -> int:
    from desktop.store.repair import repair

    repaired = repair(path, saying(_("Repairing"), wiring))
    wiring.output.note(damage.what)
    told: JsonObject = {
        "project": str(path), "sound": False, "repaired": str(repaired.path), "whole": repaired.whole
    }  # fmt: skip
    everything = _("Everything in it was saved to {file}.")
    a_part = _("What can still be read was saved to {file}; some rows were lost.")
    wiring.output.result(told, (everything if repaired.whole else a_part).format(file=repaired.path))
    return 0


def rows(asked: argparse.Namespace, wiring: Wiring) -> int:
    """The rows of one stage, each with where it comes from."""
    with reader(asked.project, wiring) as project:
        for found in islice(cli_rows.of_stage(project, asked.stage), asked.limit):
            wiring.output.result(found, cli_rows.in_words(found))
    return 0


# ── the flow ─────────────────────────────────────────────────────────────────────────────────────


def generate(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Generate candidates until the target is met."""
    from desktop.confined.runner import ConfinedProcess
    from desktop.engine.pace import recall_yields, remembering
    from desktop.jobs import beginning, generating

    method = find(methods(), asked.method)
    chosen = options.to_json(options.from_text(method.options, dict(asked.option)))
    request = generating.GenerateRequest(
        asked.method,
        chosen,
        asked.target,
        random_seed=asked.random_seed,
        resume=asked.resume,
        starts_from=asked.starts_from,
    )
    with (
        Project.open(asked.project, on_check=saying(_("Checking"), wiring)) as project,
        ConfinedProcess() as confined,
        ExitStack() as opened,
    ):
        follow(beginning.look_first(project, confined, asked.method, chosen, asked.starts_from), wiring.output)
        engine: Engine = NoEngine()
        if beginning.needs_model(project, asked.method):
            engine = opened.enter_context(engine_of(project, asked, wiring))
        elif asked.model is not None or asked.endpoint is not None:
            wiring.output.note(_("{method} asks no model, so none is loaded.").format(method=_(method.title)))
        known_as = engine.model.fingerprint or str(asked.endpoint or "")
        if (brought := recall_yields(known_as).get(asked.method)) is not None:
            wiring.output.note(cli_reports.forecast_in_words(brought, asked.target))
        run = generating.generate(project, engine, request, confined)
        report = follow(remembering(run, known_as, asked.method), wiring.output)
        if asked.model is not None:
            project.user.perform(_("Choose a model"), lambda edit: edit.set_setting("model", str(asked.model))).result()
    wiring.output.result(cli_reports.of_generate(report), cli_reports.generate_in_words(report))
    return _passed(report)


def filter_rows(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Judge the candidates; filters that are named become the project's own, for only theirs count."""
    from desktop.jobs import judging_by_model

    links = [link_of(each) for each in asked.filter]
    if asked.preset is not None:
        named = {link.filter for link in links}
        links = [*(link for link in PRESETS[asked.preset].links if link.filter not in named), *links]
    if repeated := [link.filter for link in links if sum(other.filter == link.filter for other in links) > 1]:
        raise UserError(
            _("The filter “{name}” is named twice.").format(name=repeated[0]),
            _("Name each filter once, with its options."),
        )
    with Project.open(asked.project, on_check=saying(_("Checking"), wiring)) as project:
        if links:
            project.user.perform(_("Choose filters"), lambda edit: edit.set_chain(links)).result()
        with ExitStack() as opened:

            def ready() -> Generator[Event, None, Engine]:
                yield Tick()
                return opened.enter_context(engine_of(project, asked, wiring))

            report = follow(judging_by_model.filter_rows(project, ready, asked.all), wiring.output)
    told: JsonObject = {
        "judged": report.judged,
        "passing": report.passing,
        "unanswered": report.unanswered,
        "dropped": dict(report.dropped),
        **({"asked": [cli_reports.of_asked(each) for each in report.asked]} if report.asked else {}),
    }
    words = _("{passing} of {judged} rows pass.").format(passing=report.passing, judged=report.judged)
    asked_in_words = map(cli_reports.asked_in_words, report.asked)
    wiring.output.result(told, "\n".join([words, *cli_reports.reasons_in_words(report.dropped, {}), *asked_in_words]))
    return 0


def fix_rows(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Show what a filter would change, and change it on request."""
    from desktop.jobs import fixing

    link = link_of(asked.filter)
    with Project.open(asked.project, on_check=saying(_("Checking"), wiring)) as project:
        chosen = link.options if ":" in asked.filter else None
        report = follow(fixing.fix_rows(project, link.filter, asked.apply, time.time(), chosen=chosen), wiring.output)
    if not report.ids:
        told = _("This filter would change no row.")
    elif asked.apply:
        told = ngettext("{count} row changed.", "{count} rows changed.", report.applied).format(count=report.applied)
    else:
        told = ngettext("{count} row would change.", "{count} rows would change.", len(report.ids))
        told = told.format(count=len(report.ids))
    changes = [cli_rows.of_change(change) for change in report.first]
    found: JsonObject = {"filter": link.filter, "fixes": len(report.ids), "applied": report.applied, "first": changes}
    shown = () if asked.apply else map(cli_rows.change_in_words, report.first)
    wiring.output.result(found, "\n".join([told, *shown]))
    return 0


def review(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Decide about candidates, or list what there is to decide."""
    if asked.list:
        with reader(asked.project, wiring) as project:
            for found in cli_rows.of_stage(project, "candidates"):
                wiring.output.result(found, cli_rows.in_words(found))
        return 0
    ids: Sequence[int] = asked.accept or asked.reject
    decision: Decision = "accepted" if asked.accept else "rejected"
    with Project.open(asked.project, on_check=saying(_("Checking"), wiring)) as project:
        known = {view.candidate.id for view in project.candidates.get(ids)}
        if unknown := [id for id in ids if id not in known]:
            raise UserError(
                _("There is no candidate {ids} in this project.").format(ids=", ".join(map(str, unknown))),
                _("`seedbed review PROJECT --list` shows which there are."),
            )
        title = _("Accept rows") if decision == "accepted" else _("Reject rows")
        project.user.perform(title, lambda edit: edit.decide(ids, decision, time.time())).result()
    told = ngettext("{count} row decided.", "{count} rows decided.", len(ids)).format(count=len(ids))
    wiring.output.result({decision: list(ids)}, told)
    return 0


def export(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Write the dataset to a file."""
    from desktop.jobs import exporting

    chosen = options.to_json(options.from_text(find(formats(), asked.format).options, dict(asked.option)))
    request = exporting.ExportRequest(asked.format, asked.out, chosen, asked.unreviewed, dict(asked.split))
    with reader(asked.project, wiring) as project:
        report = follow(exporting.export(project, request), wiring.output)
    wiring.output.result(cli_reports.of_export(report), cli_reports.export_in_words(report))
    return 0


# ── what commands share ──────────────────────────────────────────────────────────────────────────


def link_of(text: str) -> ChainLink:
    """A filter as it is written on a command line: ID, ID:k=v,k=v or ID:{"k":…}."""
    id, _colon, given = text.partition(":")
    filter = find(filters(), id)
    if given.startswith("{"):
        chosen = options.from_json(filter.options, _object(given))
    else:
        # A comma parts two options only where the next one's name follows, so that values may hold commas.
        pairs = (each.partition("=") for each in re.split(r",(?=[a-z_]+=)", given) if each)
        chosen = options.from_text(filter.options, {name: value for name, _equals, value in pairs})
    return ChainLink(id, True, options.to_json(chosen))


def _object(text: str) -> JsonObject:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise UserError(_("“{text}” is not a JSON object.").format(text=text), _('Write it as {"name": value}.'))
    return cast(JsonObject, value)


def _passed(report: "GenerateReport") -> int:
    if report.passing:
        return 0
    raise UserError(
        _("No row passed."), _("The counts above say why. Other seeds, a larger model or looser filters may help.")
    )


def engine_of(project: Project, asked: argparse.Namespace, wiring: Wiring) -> AbstractContextManager[Engine]:
    """The server that was named, else a model on this machine. A project names no server: it may be a stranger's."""
    if asked.endpoint is not None:
        return open_remote(asked.endpoint, wiring.output, saying(_("Asking the model server"), wiring))
    return _noted(wiring.open_engine(_model_of(project, asked.model), saying(_("Loading the model"), wiring)), wiring)


@contextmanager
def _noted(opening: AbstractContextManager[Engine], wiring: Wiring) -> Iterator[Engine]:
    """The engine, when what a person should know of how it runs has been said."""
    with opening as engine:
        if engine.model.note:
            wiring.output.note(engine.model.note)
        yield engine


def _model_of(project: Project, asked: Path | None) -> Path:
    """The model that was asked for, else the project's last, else the starter."""
    return asked or last_model(project) or starter()


def last_model(project: Project) -> Path | None:
    """The model that this project was last worked on with, as far as its file is still there."""
    last = project.settings.get("model")
    return Path(last) if isinstance(last, str) and Path(last).is_file() else None


def starter() -> Path:
    """The starter model. Raises UserError where it is not here."""
    model = paths.starter_model()
    if not model.is_file():
        raise UserError(
            _("The starter model is not on this machine."),
            _("Fetch it with `python3 packaging/bootstrap.py setup`, or name a model with --model FILE."),
        )
    return model


@contextmanager
def reader(path: Path, wiring: Wiring) -> Iterator[Project]:
    """The project, for reading alone."""
    with Project.open(path, write=False, on_check=saying(_("Checking"), wiring)) as project:
        yield project


def saying(what: str, wiring: Wiring) -> Callable[[float], None]:
    """What hears how far something is, from 0 to 1, and says so."""
    return lambda part: wiring.output.progress(f"{what} · {part:.0%}")

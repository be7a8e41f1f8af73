"""The commands that show what there is: methods, filters, formats, and the models of this disk."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from desktop import cli_models
from desktop.cli_commands import Wiring, saying
from desktop.cli_output import Output, follow
from desktop.core import options, paths
from desktop.core.catalogue import filters, formats
from desktop.core.catalogue import methods as known_methods
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.options import Options
from desktop.core.records import Json


def methods(asked: argparse.Namespace, wiring: Wiring) -> int:
    """The catalogue of methods."""
    for id, method in known_methods().items():
        told: dict[str, Json] = {"consumes": method.consumes, "makes": method.makes, "filters": method.default_filters}
        _entry(id, method.title, method.summary, method.options, wiring.output, told)
    return 0


def list_filters(asked: argparse.Namespace, wiring: Wiring) -> int:
    """The catalogue of filters."""
    for id, filter in filters().items():
        _entry(id, filter.title, filter.summary, filter.options, wiring.output, {"measures": _(filter.value_title)})
    return 0


def list_formats(asked: argparse.Namespace, wiring: Wiring) -> int:
    """The catalogue of formats."""
    for id, format in formats().items():
        told: dict[str, Json] = {
            "reads": format.read is not None,
            "writes": format.write is not None,
            "kinds": format.kinds,
            "extensions": format.extensions,
        }
        _entry(id, format.title, format.summary, format.options, wiring.output, told)
    return 0


def models(asked: argparse.Namespace, wiring: Wiring) -> int:
    """The models on this disk."""
    from desktop.engine import shelf
    from desktop.ui import preferences

    chosen = preferences.load(preferences.usual_path())
    found = shelf.find_models(
        [Path(each) for each in chosen.model_folders], [Path(each) for each in chosen.model_files]
    )
    for model in found:
        wiring.output.result(cli_models.of_model(model), cli_models.model_in_words(model, shelf.pace_in_words(model)))
    if not found:
        wiring.output.note(_("There is no model in {folder}.").format(folder=paths.models()))
    return 0


def check_model(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Whether a model file is whole, makes sense, and fits this machine."""
    from desktop.engine import gguf, shelf

    gguf.read_whole(asked.file)
    model = shelf.look_at(asked.file)
    if model.verdict in ("unusable", "will not fit"):
        raise UserError(model.words, _("`seedbed models` shows which there are."))
    whole = _("The file is whole.") if model.files == 1 else _("All {n} files are whole.").format(n=model.files)
    words = cli_models.model_in_words(model, shelf.pace_in_words(model))
    wiring.output.result({**cli_models.of_model(model), "whole": True}, f"{words}\n    {whole}")
    return 0


def measure_model(asked: argparse.Namespace, wiring: Wiring) -> int:
    """The speed test."""
    from desktop.engine.pace import remember_speed
    from desktop.jobs.speed import measure_speed

    with wiring.open_engine(asked.file, saying(_("Loading the model"), wiring)) as engine:
        speed = follow(measure_speed(engine), wiring.output)
        model = engine.model
    remember_speed(model.fingerprint, speed)
    wiring.output.result(cli_models.of_speed(model, speed), cli_models.speed_in_words(model, speed))
    return 0


def _entry(
    id: str, title: str, summary: str, options_class: type[Options], output: Output, more: Mapping[str, Json]
) -> None:
    known = options.fields(options_class)
    told: dict[str, Json] = {"id": id, "title": _(title), "summary": _(summary), **more}
    told["options"] = [
        {
            "name": each.name,
            "kind": "list" if each.kind is tuple else each.kind.__name__,
            "default": each.default,
            "title": _(each.about.title),
            "help": _(each.about.help),
            **({"choices": list(each.about.choices)} if each.about.choices else {}),
        }
        for each in known
    ]
    lines = [f"{id}: {_(title)}", f"    {_(summary)}"]
    lines += [f"    {each.name}={_written(each.default)}  {_(each.about.title)}" for each in known]
    output.result(told, "\n".join(lines))


def _written(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)

"""The command line: every command runs one job, or shows what one would work on."""

import argparse
import locale
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from desktop import __version__, cli_bench, cli_calibrate, cli_catalogue, cli_import, cli_lists
from desktop import cli_commands as commands
from desktop.cli_commands import OpenEngine, Wiring, open_local
from desktop.cli_output import Output
from desktop.cli_rows import STAGES
from desktop.core import i18n
from desktop.core.address import Address, address_of
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.presets import PRESETS

COULD_NOT = 1

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: Sequence[str], open_engine: OpenEngine = open_local) -> int:
    """Run one command, or open the window, and return the exit status: 0 done, 1 could not be done, 2 wrong usage."""
    i18n.use(language_of(os.environ, locale.getlocale()[0] or ""))
    parser = _parser()
    if arguments and arguments[0] not in _COMMANDS and _looks_like_a_file(arguments[0]):
        arguments = ["window", *arguments]
    asked = parser.parse_args(arguments or ["window"])
    output = Output(as_json=getattr(asked, "json", False))
    try:
        return _COMMANDS[asked.command](asked, Wiring(output, open_engine))
    except UserError as error:
        output.note(str(error))
        return COULD_NOT
    except KeyboardInterrupt:
        output.note(_("Stopped. What was committed until here is kept."))
        return COULD_NOT
    except BrokenPipeError:
        # Whoever read our output (`head`, say) has seen enough; nothing more may be written to it, at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def language_of(environment: Mapping[str, str], system: str) -> str:
    """The language of what is said, found the way other commands find theirs; English where it is none of ours."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((environment[name] for name in names if environment.get(name)), system)
    spoken = wanted.replace("Chinese", "zh")[:2].lower()  # Windows says "Chinese (Simplified)_China"
    return next((each for each in i18n.LANGUAGES if each[:2] == spoken), "en")


def _looks_like_a_file(word: str) -> bool:
    """Whether a first word that is no command means a project; else it is a mistyped command, or an option."""
    path = Path(word)
    return not word.startswith("-") and (path.exists() or bool(path.suffix) or path.name != word)


# ── what may be written ──────────────────────────────────────────────────────────────────────────


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="seedbed",
        description=_(
            "Makes fine-tuning data from your examples, with a model on this computer. Without a command: the window."
        ),
    )
    parser.add_argument("--version", action="version", version=f"seedbed {__version__}")
    add = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_window(add)
    _add_flow(add)
    _add_looking(add)
    return parser


def _add_window(add: _Commands) -> None:
    window = add.add_parser("window", help=_("the window; also what `seedbed PROJECT` opens"))
    window.add_argument("project", type=Path, nargs="?")
    demo = add.add_parser("demo", help=_("the whole loop: sample seeds, starter model, filters, export"))
    demo.add_argument("--rows", type=_positive, default=20, metavar="N", help=_("rows that should pass (20)"))
    demo.add_argument("--out", type=Path, default=Path("seedbed-demo"), metavar="DIR", help=_("folder (seedbed-demo)"))
    demo.add_argument("--headless", action="store_true", help=_("without the window"))
    _json(demo)


def _add_flow(add: _Commands) -> None:
    new = _on_project(add, "new", _("make a project file"))
    new.add_argument("--title", default="", metavar="T")
    new.add_argument("--language", default="en", metavar="en|zh|…", type=_language, help=_("of the prompts (en)"))
    bring = _on_project(add, "import", _("bring rows or documents in"))
    bring.add_argument("files", type=Path, nargs="+", metavar="FILE")
    bring.add_argument("--as", dest="stage", choices=["seeds", "sources", "candidates"], required=True)
    bring.add_argument("--format", metavar="ID", help=_("the file format, where the file does not tell"))
    bring.add_argument("--map", type=_pair, action="append", default=[], metavar="FIELD=COLUMN")
    bring.add_argument(
        "--model", type=Path, metavar="FILE", help=_("of sources: the model whose tokens say how long passages are")
    )
    _options(bring)
    generate = _on_project(add, "generate", _("generate candidates"))
    generate.add_argument("--method", required=True, metavar="ID")
    generate.add_argument("--target", type=_positive, default=100, metavar="N", help=_("rows that should pass (100)"))
    _model(generate)
    generate.add_argument(
        "--from",
        dest="starts_from",
        default="",
        metavar="WHAT",
        help=_("the rows to start from: run:ID, stage:accepted, stage:seeds, file:PATH or ids:1,2,3"),
    )
    _options(generate)
    generate.add_argument("--random-seed", type=int, metavar="N")
    generate.add_argument("--resume", action="store_true", help=_("go on with the newest unfinished run of this kind"))
    judge = _on_project(add, "filter", _("judge the candidates again"))
    judge.add_argument(
        "--filter", action="append", default=[], metavar="ID[:K=V,…]", help=_("instead of the project's own filters")
    )
    judge.add_argument(
        "--preset", choices=sorted(PRESETS), metavar="NAME", help=_("a chain: {names}").format(names=", ".join(PRESETS))
    )
    _model(judge)
    judge.add_argument("--all", action="store_true", help=_("have dearer filters judge also what cheaper ones dropped"))
    calibrate = _on_project(add, "calibrate", _("how well a filter's values agree with your own ratings"))
    calibrate.add_argument("--filter", required=True, metavar="ID")
    calibrate.add_argument(
        "--rate", type=_rating, nargs="+", default=[], metavar="ID=VALUE", help=_("what rows are worth, to you")
    )
    fix = _on_project(add, "fix", _("what a filter would change; with --apply, change it"))
    fix.add_argument("--filter", required=True, metavar="ID[:K=V,…]")
    fix.add_argument("--apply", action="store_true", help=_("make the changes; the originals are kept beside them"))
    review = _on_project(add, "review", _("accept, reject or list candidates"))
    decide = review.add_mutually_exclusive_group(required=True)
    decide.add_argument("--accept", type=int, nargs="+", metavar="ID")
    decide.add_argument("--reject", type=int, nargs="+", metavar="ID")
    decide.add_argument("--list", action="store_true")
    export = _on_project(add, "export", _("write the dataset to a file"))
    export.add_argument("--format", required=True, metavar="ID")
    export.add_argument("--out", type=Path, required=True, metavar="PATH")
    export.add_argument("--split", type=_split, default=(), metavar="train=0.9,test=0.1")
    export.add_argument("--unreviewed", action="store_true", help=_("also passing rows that nobody has reviewed"))
    _options(export)


def _add_looking(add: _Commands) -> None:
    _on_project(add, "status", _("counts by stage, by reason, by run"))
    rows = _on_project(add, "rows", _("the rows themselves, with where they come from"))
    rows.add_argument("--stage", choices=STAGES, required=True)
    rows.add_argument("--limit", type=_positive, metavar="N")
    lists = _on_project(add, "lists", _("the lists that methods and filters draw from"))
    lists.add_argument("name", nargs="?", metavar="NAME", help=_("the entries of this one"))
    change = lists.add_mutually_exclusive_group()
    change.add_argument(
        "--set", dest="entries", type=Path, metavar="FILE", help=_("take its entries from a file, one a line")
    )
    change.add_argument("--restore", action="store_true", help=_("go back to the entries that came with Seedbed"))
    check = _on_project(add, "check", _("whether a project file is sound"))
    check.add_argument("--repair", action="store_true", help=_("save what can be read of a damaged one to a new file"))
    for name, told in (
        ("methods", _("ways to generate")),
        ("filters", _("judgements")),
        ("formats", _("file formats")),
    ):
        _json(add.add_parser(name, help=told))
    models = add.add_parser("models", help=_("the models on this disk"))
    _json(models)
    one = models.add_subparsers(dest="of_models", metavar="check|test FILE")
    for name, told in (("check", _("whether a file is sound and fits")), ("test", _("how fast a model works here"))):
        parser = one.add_parser(name, help=told)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.set_defaults(command=f"models {name}")
        _json(parser, default=argparse.SUPPRESS)  # or it would take back a --json that stands before `check`
    cli_bench.add_benchmarks(add.add_parser("bench", help=_("the benchmarks")), _positive, _json)


def _on_project(add: _Commands, name: str, told: str) -> argparse.ArgumentParser:
    parser = add.add_parser(name, help=told)
    parser.add_argument("project", type=Path, metavar="PROJECT")
    _json(parser)
    return parser


def _json(parser: argparse.ArgumentParser, default: bool | str = False) -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        default=default,
        help=_("one JSON object a line on standard output, nothing else"),
    )


def _model(parser: argparse.ArgumentParser) -> None:
    model = parser.add_mutually_exclusive_group()
    model.add_argument(
        "--model", type=Path, metavar="FILE", help=_("a GGUF file (the project's last, else the starter)")
    )
    model.add_argument(
        "--endpoint",
        type=_address,
        metavar="URL",
        help=_("a model server, such as http://127.0.0.1:8080 or …#model; its key, if any: SEEDBED_API_KEY"),
    )


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--option", type=_pair, action="append", default=[], metavar="K=V")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(_("“{text}” is not name=value").format(text=text))
    return name, value


def _rating(text: str) -> tuple[int, float]:
    id, value = _pair(text)
    try:
        return _positive(id), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}” is not like 12=4.5").format(text=text)) from None


def _split(text: str) -> tuple[tuple[str, float], ...]:
    try:
        parts = tuple((name, float(share)) for name, share in map(_pair, text.split(",")))
    except ValueError:
        parts = ()
    if not parts or any(share <= 0 for _name, share in parts):
        raise argparse.ArgumentTypeError(_("“{text}” is not like train=0.9,test=0.1").format(text=text))
    return parts


def _address(text: str) -> Address:
    try:
        return address_of(text)
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(_("“{text}” is not a number above 0").format(text=text))
    return int(text)


def _language(text: str) -> str:
    if not re.fullmatch("[a-z]{2,3}", text):
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a language's short name, such as en or zh").format(text=text)
        )
    return text


# ── what is done ─────────────────────────────────────────────────────────────────────────────────


_COMMANDS: dict[str, Callable[[argparse.Namespace, Wiring], int]] = {
    "window": commands.window,
    "demo": commands.demo,
    "new": commands.new,
    "import": cli_import.import_files,
    "generate": commands.generate,
    "filter": commands.filter_rows,
    "calibrate": cli_calibrate.calibrate,
    "fix": commands.fix_rows,
    "review": commands.review,
    "export": commands.export,
    "status": commands.status,
    "rows": commands.rows,
    "lists": cli_lists.lists,
    "methods": cli_catalogue.methods,
    "filters": cli_catalogue.list_filters,
    "formats": cli_catalogue.list_formats,
    "models": cli_catalogue.models,
    "models check": cli_catalogue.check_model,
    "models test": cli_catalogue.measure_model,
    "check": commands.check,
    "bench": cli_bench.bench,
}

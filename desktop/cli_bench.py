"""`seedbed bench`: the benchmarks on the command line."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from desktop.cli_commands import Wiring, starter
from desktop.cli_output import Output, follow
from desktop.core.catalogue import filters, find
from desktop.core.errors import UserError
from desktop.core.i18n import _

if TYPE_CHECKING:
    from desktop.bench.dedupe import Line as Duplicates
    from desktop.bench.generate import Contest, Line
    from desktop.bench.judging import Line as Judged

_QUIET = 0.05  # of all cores; what other programs may use before a measurement says little
_PEERS_FOLDER = Path(__file__).resolve().parents[1] / ".venv-peers"  # where packaging/bootstrap.py peers makes it


def add_benchmarks(
    bench: argparse.ArgumentParser,
    positive: Callable[[str], int],
    add_json: Callable[[argparse.ArgumentParser], None],
) -> None:
    """What may be written behind `seedbed bench`."""
    add = bench.add_subparsers(dest="benchmark", metavar="BENCHMARK", required=True)
    generate = add.add_parser("generate", help=_("the engine beside the ways that others generate"))
    generate.set_defaults(run=_generate)
    generate.add_argument("--model", type=Path, action="append", metavar="FILE", help=_("GGUF files (the starter)"))
    generate.add_argument("--workload", action="append", default=[], metavar="NAME", help=_("kinds of work (all)"))
    generate.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="NAME",
        help=_("installed, tuned, server, or nobody (all that are here)"),
    )
    generate.add_argument("--repeats", type=positive, default=5, metavar="N", help=_("of each workload (5)"))
    generate.add_argument(
        "--seconds", type=positive, default=20, metavar="S", help=_("that the engine needs for a repeat (20)")
    )
    generate.add_argument(
        "--peers", type=Path, default=_PEERS_FOLDER, metavar="DIR", help=_("the environment that holds llama-server")
    )
    add_json(generate)
    dedupe = add.add_parser("dedupe", help=_("the search for duplicates beside the ways of others"))
    dedupe.set_defaults(run=_dedupe)
    dedupe.add_argument("--rows", type=positive, default=50_000, metavar="N", help=_("texts of each corpus (50,000)"))
    dedupe.add_argument(
        "--corpus",
        action="append",
        default=[],
        choices=("planted", "templates", "file"),
        help=_("texts that are compared (planted and templates; file where --file is given)"),
    )
    dedupe.add_argument("--file", type=Path, metavar="FILE", help=_("a JSON list of rows with an instruction"))
    dedupe.add_argument(
        "--against",
        action="append",
        default=[],
        choices=("brute", "rouge-score", "minhash", "nobody"),
        help=_("whom it is compared with (all that are here)"),
    )
    dedupe.add_argument("--threshold", type=float, default=0.7, metavar="T", help=_("likeness that is too much (0.7)"))
    dedupe.add_argument(
        "--peers", type=Path, default=_PEERS_FOLDER, metavar="DIR", help=_("the environment that holds rouge-score")
    )
    add_json(dedupe)
    judging = add.add_parser("filters", help=_("each rule filter by itself, and whole chains with verdicts stored"))
    judging.set_defaults(run=_filters)
    judging.add_argument("--rows", type=positive, default=100_000, metavar="N", help=_("rows of the project (100,000)"))
    judging.add_argument("--file", type=Path, metavar="FILE", help=_("a JSON list of rows in Alpaca's form"))
    judging.add_argument("--filter", action="append", default=[], metavar="ID", help=_("filters by themselves (all)"))
    judging.add_argument(
        "--chain",
        action="append",
        default=[],
        choices=("cheap", "rules", "none"),
        help=_("whole chains: the cheap set, every rule, or none (both)"),
    )
    add_json(judging)


def bench(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Run one benchmark."""
    run: Callable[[argparse.Namespace, Wiring], int] = asked.run
    return run(asked, wiring)


# ── generate ─────────────────────────────────────────────────────────────────────────────────────


def _generate(asked: argparse.Namespace, wiring: Wiring) -> int:
    from desktop.bench import generate

    workloads, peers = generate.workloads(asked.workload), generate.peers(asked.against)
    for model in asked.model or [starter()]:
        with ExitStack() as stack:
            engine = stack.enter_context(wiring.open_engine(model, lambda _fraction: None))
            contest = follow(generate.load(engine, peers, asked.peers, stack), wiring.output)
            wiring.output.note("\n".join(_opening(contest)))
            for name in workloads:
                lines = follow(contest.run(name, asked.repeats, asked.seconds), wiring.output)
                _tell(contest, lines, wiring.output)
    return 0


def _tell(contest: "Contest", lines: "Sequence[Line]", output: Output) -> None:
    """One workload: an object for each contestant, or a table."""
    if not output.as_json:
        output.result({}, "\n".join(table(lines, contest.lacking)))
        return
    for line in lines:
        build = contest.peers[line.contestant].build if line.contestant in contest.peers else ""
        output.result({**line.to_json(), "build": build, "machine": contest.machine.to_json()}, "")
    for name, why in contest.lacking.items():
        output.result({"model": lines[0].model, "workload": lines[0].workload, "contestant": name, "lacking": why}, "")


def _opening(contest: "Contest") -> Iterator[str]:
    """The machine, the model, and who is here."""
    from desktop.bench.generate import PEERS

    yield contest.machine.in_words()
    yield _("{model}, {slots} texts at once").format(model=contest.engine.model.name, slots=contest.engine.slots)
    for name, peer in contest.peers.items():
        yield f"{_(PEERS[name])}: {peer.build}"


def table(lines: "Sequence[Line]", lacking: Mapping[str, str]) -> Iterator[str]:
    """One workload for people: a line for each contestant."""
    from desktop.bench.generate import PEERS

    first = lines[0]
    yield _("{workload}: {rows} rows, {seconds:.1f} s, median of {repeats}").format(
        workload=first.workload,
        rows=first.repeats[0].rows,
        seconds=first.median(lambda each: each.seconds),
        repeats=len(first.repeats),
    )
    yield f"  {'':26}{_('rows/min'):>10}{_('tokens/s'):>10}{_('written'):>10}{_('prompt read'):>13}  {_('engine is')}"
    for line in lines:
        cells = [
            f"{line.median(lambda each: each.rows_per_minute):>10.1f}",
            f"{line.median(lambda each: each.tokens_per_second):>10.1f}",
            f"{line.median(lambda each: each.generated):>10.0f}",
            f"{line.median(lambda each: each.prompt_decoded):>13.0f}",
        ]
        yield f"  {_(PEERS.get(line.contestant, 'Seedbed')):<26}{''.join(cells)}  {_beside(line)}".rstrip()
    for name, why in lacking.items():
        yield f"  {_(PEERS[name]):<26}  " + _("left out: {why}").format(why=why)
    others = max(line.others for line in lines)
    if others > _QUIET:
        yield "  " + _(
            "Other programs took up to {share:.0%} of the processor: measure again when it is quiet."
        ).format(share=others)


def _beside(line: "Line") -> str:
    if line.ratio is not None:
        return _("{ratio:.2f} times as fast ({least:.2f} to {most:.2f})").format(
            ratio=line.ratio, least=min(line.ratios), most=max(line.ratios)
        )
    if line.outside_decoding is None:
        return ""
    return _("of {tokens} prompt tokens; outside llama.cpp {share:.1%}").format(
        tokens=round(line.median(lambda each: each.prompt_tokens)), share=line.outside_decoding
    )


# ── dedupe ───────────────────────────────────────────────────────────────────────────────────────


def _dedupe(asked: argparse.Namespace, wiring: Wiring) -> int:
    from desktop.bench import dedupe
    from desktop.bench._contestants import interpreter
    from desktop.bench._machine import this_machine

    output = wiring.output
    against = asked.against or dedupe.AGAINST
    peer = interpreter(asked.peers)
    python = peer if "rouge-score" in against and dedupe.has_rouge_score(peer) else None
    output.note(this_machine().in_words())
    if "rouge-score" in against and python is None:
        output.note(_("rouge-score is left out: it is not installed in {folder}").format(folder=asked.peers))
    for name in asked.corpus or ["planted", "templates", *(["file"] if asked.file else [])]:
        if name == "file" and asked.file is None:
            raise UserError(_("The corpus “file” needs a file."), _("Name it with --file."))
        texts = dedupe.corpus(name, asked.rows, asked.file)
        for line in follow(dedupe.run(name, texts, asked.threshold, against, python), output):
            output.result(line.to_json(), _duplicates(line))
    return 0


def _duplicates(line: "Duplicates") -> str:
    """A contestant for people."""
    told = [
        f"{line.corpus:<10}{line.rows:>10}  {line.contestant:<12} {line.threshold:.2f} {line.seconds:>12.2f} s",
        *([_("{pairs} pairs").format(pairs=line.pairs)] if line.pairs is not None else [_("extrapolated")]),
        *([_("recall {recall:.4f}").format(recall=line.recall)] if line.recall is not None else []),
        *([_("exponent {exponent:.2f}").format(exponent=line.exponent)] if line.exponent is not None else []),
        *([_("one more {ms:.2f} ms").format(ms=line.one_more)] if line.one_more is not None else []),
        *([_("{memory:.0f} MiB").format(memory=line.memory / 2**20)] if line.memory is not None else []),
    ]
    return "  ".join(told)


# ── filters ──────────────────────────────────────────────────────────────────────────────────────


def _filters(asked: argparse.Namespace, wiring: Wiring) -> int:
    from desktop.bench import judging
    from desktop.bench._machine import this_machine

    output = wiring.output
    output.note(this_machine().in_words())
    chosen = asked.filter or judging.rule_filters()
    for id in chosen:
        find(filters(), id)
    chains = [name for name in asked.chain or ("cheap", "rules") if name != "none"]
    with TemporaryDirectory(prefix="seedbed-bench-") as folder:
        path = Path(folder) / "bench.seedbed"
        follow(judging.make(path, asked.rows, asked.file), output)
        output.note(_in_columns(_("filter"), _("rows"), _("rows/s"), _("kept")))
        for line in follow(judging.by_themselves(path, chosen), output):
            output.result(line.to_json(), _judged(line))
        for name in chains:
            line = follow(judging.chained(name, path), output)
            output.result(line.to_json(), _judged(line))
    return 0


def _in_columns(*cells: str) -> str:
    first, *others = cells
    return f"  {first:<22}" + "".join(f"{cell:>12}" for cell in others)


def _judged(line: "Judged") -> str:
    """A filter or a chain for people."""
    cells = [f"{line.rows:,}", f"{line.pace:,.0f}", f"{line.kept / line.rows:.1%}"]
    stored = [] if line.megabytes is None else [_("file {megabytes:,.0f} MB").format(megabytes=line.megabytes)]
    held = [] if line.memory is None else [_("memory {mebibytes:,.0f} MiB").format(mebibytes=line.memory)]
    return "  ".join([_in_columns(line.name, *cells), *stored, *held])

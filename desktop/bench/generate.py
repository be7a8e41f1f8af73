"""Generation by this engine beside the ways of others: same model, prompts, sampling and machine.

Who takes part:

- `engine`: LocalEngine, the worker in its own process, asked by the scheduler that all jobs use, as in the product.
- `installed`: the plain loop over llama-cpp-python's `Llama` as most programs write it, with that class's defaults:
  half of the cores, no flash attention, OpenMP's own waiting. It always reuses the prefix that a prompt shares with
  the one before it; so n samples of one prompt, and questions about one passage in a row, read it once here as well.
- `tuned`: the same loop with this engine's threads and thread environment, flash attention and batches of 512. It
  runs on the very build of llama.cpp that the engine runs on. This is the one to quote.
- `server`: llama.cpp's server with continuous batching and its prompt cache, from the package xllamacpp, with this
  engine's slots, threads, thread environment and memory, and as many client threads as slots. The clients call it
  within its process, which spares it HTTP. Its ready-made wheel is built for common processors: the report names the
  instructions that each build uses, and where they differ, the ratio measures the build as well as the method.

What is held equal. Prompts are plain texts, without a chat template, so that all read the same tokens. In a repeat
the engine goes first; the others then write as many tokens for each sample as it wrote (an end that their model draws
does not count; the engine's own end counts as one token, because it costs a decode), so that all do the same work
though drawn texts differ. The server gives all samples of one request their mean length. Answers bound by a schema
end where their form ends: drawn greedily they are nearly the same, and their tokens are reported; each contestant
binds them in its own way. Time runs from the handing over of the work until the last answer, by one clock for all.
Every repeat has new texts, so that nobody gains from the one before. A first repeat that does not count warms
everybody up, and tells how much work takes the seconds that were asked for. Only one contestant works at a time:
peers are suspended while they wait, and the engine's worker sleeps on its inbox.
"""

import statistics
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol

from desktop.bench._contestants import Lengths, Measured, Peer, engine_does, interpreter
from desktop.bench._machine import Machine, this_machine
from desktop.bench._workloads import WORKLOADS, Tasks, Workload
from desktop.core.catalogue import find
from desktop.core.engine import Engine
from desktop.core.i18n import N_, _
from desktop.core.progress import Progress, Tick
from desktop.core.records import Json, JsonObject
from desktop.engine.child import ENVIRONMENT
from desktop.engine.client import LocalEngine
from desktop.engine.protocol import Figures

ENGINE = "engine"
NOBODY = "nobody"
PEERS: Mapping[str, str] = {
    "installed": N_("plain loop, as installed"),
    "tuned": N_("plain loop, tuned"),
    "server": N_("llama-server"),
}


class Contestant(Protocol):
    """A peer that is loaded and waits for work."""

    @property
    def build(self) -> str:
        """The library it runs on, and the instructions that it uses."""

    def does(self, tasks: Tasks, lengths: Lengths, random_seed: int) -> Generator[Tick, None, Measured]:
        """Write as much as the engine wrote."""


@dataclass(frozen=True, slots=True)
class Line:
    """One contestant's figures in one workload."""

    model: str
    workload: str
    contestant: str
    repeats: tuple[Measured, ...]
    ratios: tuple[float, ...] = ()  # engine's rows a minute / this one's, by repeat; none for the engine itself

    def median(self, of: Callable[[Measured], float]) -> float:
        """The median of a figure over the repeats."""
        return statistics.median(map(of, self.repeats))

    @property
    def ratio(self) -> float | None:
        """How many times as fast the engine is; the median of the repeats."""
        return statistics.median(self.ratios) if self.ratios else None

    @property
    def outside_decoding(self) -> float | None:
        """The engine's busy time that is not llama.cpp's; the median of the repeats."""
        shares = [share for each in self.repeats if (share := each.outside_decoding) is not None]
        return statistics.median(shares) if shares else None

    @property
    def others(self) -> float:
        """The most that other programs took of the processor in any repeat, 0 to 1."""
        return max(each.others for each in self.repeats)

    def to_json(self) -> JsonObject:
        """As a program reads it."""
        told: dict[str, Json] = {
            "model": self.model,
            "workload": self.workload,
            "contestant": self.contestant,
            "repeats": len(self.repeats),
            "rows": self.repeats[0].rows,
            "seconds": round(self.median(lambda each: each.seconds), 3),
            "rows_per_minute": round(self.median(lambda each: each.rows_per_minute), 2),
            "tokens_per_second": round(self.median(lambda each: each.tokens_per_second), 2),
            "generated": self.median(lambda each: each.generated),
            "prompt_decoded": self.median(lambda each: each.prompt_decoded),
            "others": round(self.others, 4),
        }
        if self.contestant == ENGINE:
            told["prompt_tokens"] = self.median(lambda each: each.prompt_tokens)
            told["outside_decoding"] = None if self.outside_decoding is None else round(self.outside_decoding, 4)
        else:
            told["ratio"] = round(self.ratio or 0.0, 3)
            told["ratios"] = [round(each, 3) for each in self.ratios]
        return told


@dataclass
class Contest:
    """A model that this engine and its peers have loaded, and what they do with it."""

    engine: Engine
    figures: Callable[[], Figures]
    peers: Mapping[str, Contestant]
    lacking: Mapping[str, str]  # peers that are not here, and why
    machine: Machine
    worker: int = 0  # the engine's process

    def run(self, name: str, repeats: int, seconds: float) -> Generator[Progress | Tick, None, tuple[Line, ...]]:
        """One workload, so much of it that the engine needs about so many seconds for a repeat."""
        workload = find(WORKLOADS, name)
        units = workload.least
        measured = yield from self._repeat(name, workload, 0, units)
        units = scaled(units, measured[ENGINE].seconds, seconds)
        done: list[Mapping[str, Measured]] = []
        for number in range(1, repeats + 1):
            done.append((yield from self._repeat(name, workload, number, units)))
        return tuple(self.line(name, contestant, done) for contestant in (ENGINE, *self.peers))

    def line(self, workload: str, contestant: str, done: Sequence[Mapping[str, Measured]]) -> Line:
        """One contestant's figures of some repeats, each with those of all contestants."""
        repeats = tuple(each[contestant] for each in done)
        mine = [each[ENGINE].rows_per_minute for each in done]
        ratios = [own / other.rows_per_minute for own, other in zip(mine, repeats, strict=True)]
        return Line(
            self.engine.model.name, workload, contestant, repeats, () if contestant == ENGINE else tuple(ratios)
        )

    def _repeat(
        self, name: str, workload: Workload, number: int, units: int
    ) -> Generator[Progress | Tick, None, Mapping[str, Measured]]:
        """Everybody once, one after the other."""
        tasks = workload.make(Random(f"{name} {number}"), units)
        yield _progress(name, number, "Seedbed")
        mine, lengths = yield from engine_does(self.engine, self.figures, tasks, number, self.worker)
        measured = {ENGINE: mine}
        for contestant, peer in self.peers.items():
            yield _progress(name, number, _(PEERS[contestant]))
            measured[contestant] = yield from peer.does(tasks, lengths, number)
        return measured


def scaled(least: int, took: float, wanted: float) -> int:
    """Units that take about the wanted seconds, at least those that took so long."""
    return max(least, round(least * wanted / took))


def _progress(workload: str, repeat: int, contestant: str) -> Progress:
    said = _("Measuring {workload}, repeat {repeat}") if repeat else _("Warming up for {workload}")
    return Progress(f"{said.format(workload=workload, repeat=repeat)} · {contestant}")


# ── who is here ──────────────────────────────────────────────────────────────────────────────────


def workloads(wanted: Sequence[str]) -> tuple[str, ...]:
    """The workloads of these names; all where none is named. Raises UserError for an unknown one."""
    return tuple(name for name in wanted or WORKLOADS if find(WORKLOADS, name))


def peers(wanted: Sequence[str]) -> tuple[str, ...]:
    """The peers of these names, "nobody" for none of them; all where none is named. Raises UserError likewise."""
    return tuple(name for name in wanted or PEERS if find({**PEERS, NOBODY: NOBODY}, name) != NOBODY)


def load(
    engine: Engine, wanted: Sequence[str], environment: Path, stack: ExitStack
) -> Generator[Progress | Tick, None, Contest]:
    """Start the wanted peers beside the engine; `stack` ends them. `environment` is the one that holds xllamacpp."""
    python = interpreter(environment)
    machine = this_machine()
    if not isinstance(engine, LocalEngine):
        return Contest(engine, Figures, {}, dict.fromkeys(wanted, _("the model is not on this machine")), machine)
    loaded: dict[str, Peer] = {}
    lacking: dict[str, str] = {}
    for name in wanted:
        yield Progress(_("Loading the model · {contestant}").format(contestant=_(PEERS[name])))
        if name == "server" and not python.is_file():
            lacking[name] = _("it is not installed; `python3 packaging/bootstrap.py peers` does that")
            continue
        peer = _start(name, engine, python)
        stack.callback(peer.close)
        if why := (yield from peer.load()):
            lacking[name] = why
        else:
            loaded[name] = peer
    return Contest(engine, lambda: engine.figures, loaded, lacking, machine, engine.process)


def _start(name: str, engine: LocalEngine, python: Path) -> Peer:
    """A peer that begins to load the engine's model, tuned as the engine is where it is not "installed"."""
    tuned, shape = name != "installed", engine.plan.shape
    loading: JsonObject = {
        "loads": "llama_server" if name == "server" else "llama_loop",
        "model": engine.model.path,
        "threads": shape.threads if tuned else None,
        "slots": shape.slots,
        "context": shape.context,
        "flash": shape.flash,
    }
    own = Path(sys.executable)
    return Peer(python if name == "server" else own, loading, ENVIRONMENT if tuned else {})

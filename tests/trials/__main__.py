"""Runs methods with a real model on real input, and writes what came of it: a table, and every reply and row to read.

    python -m tests.trials --model FILE --language zh --inputs DIR --out DIR [METHOD …]

Without methods, all run. The folder of inputs holds what a person would bring: `seeds.jsonl`, `code.jsonl` (rows
about programs), `documents/`, `functions.json`, `schema.sql`, `labelled.csv`. The model is loaded once. A method is
stopped when its seconds are over; what had not ended by then is not counted, so few slots bring more to read.
"""

import argparse
import sys
import tempfile
import time
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from desktop.cli import main as seedbed
from desktop.confined.runner import ConfinedProcess
from desktop.core import options, paths
from desktop.core.catalogue import find, methods
from desktop.core.engine import Engine
from desktop.core.errors import UserError
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from desktop.jobs.generating import GenerateRequest, generate
from desktop.store.project import Project
from tests.trials import reading


@dataclass(frozen=True, slots=True)
class Trial:
    """What a method is given: files by stage, where it starts, and options as one types them."""

    seeds: str = ""
    sources: str = ""
    starts_from: str = ""
    options: tuple[str, ...] = ()


def _rows(*options: str, file: str = "seeds.jsonl") -> Trial:
    """A trial that starts from the seeds as rows."""
    return Trial(file, starts_from="stage:seeds", options=options)


_SHORT = "max_tokens=300"  # long answers are not what is tried

TRIALS = {
    "self_instruct": Trial(seeds="seeds.jsonl"),
    "alpaca": Trial(seeds="seeds.jsonl", options=("tasks=5",)),
    "topics": Trial(options=("tasks=4",)),
    "instructions": Trial(),
    "answers": _rows(_SHORT),
    "explanation_traces": _rows(_SHORT),
    "evol_instruct": _rows("rounds=1", _SHORT),
    "evol_code": _rows("rounds=1", _SHORT, file="code.jsonl"),
    "critique": _rows(),
    "critique_revise": _rows("rounds=1", _SHORT),
    "preference": _rows("answers=2", "judge=alone", _SHORT),
    "continue_dialogue": _rows("max_tokens=200"),
    "paraphrase": _rows(),
    "translate": _rows(),
    "round_trip_translation": _rows(),
    "summarise_expand": _rows(),
    "self_qa": Trial(sources="documents", options=("questions=4",)),
    "instruction_from_text": Trial(sources="documents"),
    "dialogue": Trial(sources="documents", options=("turns=2", "assistant_words=50", "human_words=20")),
    "textbook": Trial(options=("words=100", "exercises=2")),
    "self_alignment": Trial(options=("safety=0.5", "topics=4", _SHORT)),
    "tool_calls": Trial(sources="functions.json", options=("requests=3",)),
    "sql": Trial(options=("questions=4", "rows=4")),
    "templates": Trial(sources="labelled.csv"),
    "identity": Trial(),
    "eda": _rows("copies=2"),
    "noise": _rows(),
}


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=paths.starter_model())
    parser.add_argument("--language", default="en")
    parser.add_argument("--inputs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--target", type=int, default=8)
    parser.add_argument("--slots", type=int, help="texts that are written side by side (as measured best)")
    parser.add_argument("methods", nargs="*", default=list(TRIALS), metavar="METHOD")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with (
        closing(LocalEngine(asked.model, EngineSettings(slots=asked.slots), tune=not asked.slots)) as engine,
        ConfinedProcess() as confined,
        tempfile.TemporaryDirectory() as own,
    ):
        print(reading.HEAD, flush=True)
        for name in asked.methods:
            file = Path(own) / f"{name}.seedbed"
            set_up(file, TRIALS[name], asked.language, asked.inputs)
            ended, seconds = run(file, name, asked, engine, confined)
            with Project.open(file) as project:
                found = reading.of(project, name, ended, seconds)
            (asked.out / f"{name}.{asked.language}.txt").write_text(found.text, encoding="utf-8")
            print(found.line, flush=True)
    return 0


def set_up(file: Path, trial: Trial, language: str, inputs: Path) -> None:
    """A project in which the method has what it needs."""
    with redirect_stdout(sys.stderr):
        seedbed(["new", str(file), "--language", language])
        for stage, name in (("seeds", trial.seeds), ("sources", trial.sources)):
            if name:
                seedbed(["import", str(file), str(inputs / name), "--as", stage])


def run(
    file: Path, name: str, asked: argparse.Namespace, engine: Engine, confined: ConfinedProcess
) -> tuple[str, float]:
    """How the run ended, in words, and the seconds it took."""
    trial, method = TRIALS[name], find(methods(), name)
    typed = dict(each.split("=", 1) for each in trial.options)
    if name == "sql":
        typed["tables"] = (asked.inputs / "schema.sql").read_text(encoding="utf-8")
    if name == "identity":
        typed |= {"name": "Ada", "maker": "Seedbed"}
    request = GenerateRequest(
        name,
        options.to_json(options.from_text(method.options, typed)),
        asked.target,
        random_seed=7,
        starts_from=trial.starts_from,
    )
    begun = time.monotonic()
    with Project.open(file) as project, closing(generate(project, engine, request, confined)) as events:
        try:
            while time.monotonic() - begun < asked.seconds:
                next(events)
            ended = "stopped"
        except StopIteration as end:
            ended = f"{end.value.run.state} {end.value.run.note}".strip()
        except UserError as error:
            ended = str(error)
    return ended, time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())

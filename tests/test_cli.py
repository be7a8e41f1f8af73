"""The command line is a contract: what it prints for programs, what it says to people, and how it exits."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop import cli, cli_commands
from desktop.cli_commands import OpenEngine, Wiring, link_of, open_local
from desktop.core import i18n
from desktop.core.engine import Engine
from desktop.core.errors import UserError
from desktop.core.progress import Event, Progress
from desktop.core.speed import Speed
from desktop.core.steps import Ask, Asked, Choose, Chosen
from desktop.engine.pace import recall_speed
from desktop.jobs import speed as speed_job
from desktop.store.project import Project
from desktop.ui import preferences
from tests.engine.gguf_files import write
from tests.fakes import FAKE_MODEL, FakeEngine, Line, by_step
from tests.jobs.scripted import by_seed

SEEDS = [
    {"instruction": "Name three birds that live near water.", "input": "", "output": "Heron, coot, kingfisher."},
    {"instruction": "Turn this sentence into a question.", "input": "It rains.", "output": "Does it rain?"},
    {"instruction": "给这首诗起一个名字。", "input": "床前明月光", "output": "静夜思"},
]


class Shell:
    """Runs commands in this process and keeps what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self.folder = folder
        self.project = str(folder / "p.seedbed")
        self.engine = FakeEngine(by_seed())
        self.models: list[Path] = []
        self.open_engine: OpenEngine = self._open
        self.out = self.err = ""

    def __call__(self, *words: object) -> int:
        self._capsys.readouterr()
        try:
            status = cli.main([str(word) for word in words], self.open_engine)
        except SystemExit as end:
            status = int(str(end.code))
        self.out, self.err = self._capsys.readouterr()
        return status

    def json(self, *words: object) -> list[dict[str, Any]]:
        """The objects that a command prints with --json; standard output holds nothing else."""
        assert self(*words, "--json") == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]

    @contextmanager
    def _open(self, model: Path, on_load: Callable[[float], None]) -> Iterator[Engine]:
        self.models.append(model)
        on_load(0.5)
        yield self.engine
        self.engine.close()


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("LANGUAGE", "en")
    model = Path(os.environ["SEEDBED_CACHE"]) / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"GGUF")
    return Shell(capsys, tmp_path)


@pytest.fixture
def seeded(shell: Shell) -> Shell:
    """A project with seeds."""
    file = shell.folder / "seeds.jsonl"
    file.write_text("\n".join(json.dumps(seed, ensure_ascii=False) for seed in SEEDS), encoding="utf-8")
    assert shell("new", shell.project) == 0
    assert shell("import", shell.project, file, "--as", "seeds") == 0
    return shell


@pytest.fixture
def full(seeded: Shell) -> Shell:
    """A project in which a run has left rows."""
    assert seeded("generate", seeded.project, "--method", "self_instruct", "--target", 4, "--random-seed", 5) == 0
    return seeded


# ── the flow ─────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_loop(full: Shell) -> None:
    [status] = full.json("status", full.project)
    assert status["seeds"] == 3
    assert status["passing"] >= 4
    assert set(status) >= {"sources", "passages", "seeds", "runs", "candidates", "passing", "dropped", "dataset"}
    assert set(status["reviewed"]) >= {"accepted", "rejected", "edited"}
    [run] = status["runs"]
    assert set(run) == {"id", "method", "state", "attempts", "candidates"}
    assert (run["method"], run["state"]) == ("self_instruct", "finished")

    passing = [row["id"] for row in full.json("rows", full.project, "--stage", "passing")]
    assert full("review", full.project, "--accept", *passing[:2]) == 0
    assert full("review", full.project, "--reject", passing[2]) == 0
    listed = {row["id"]: row["decision"] for row in full.json("review", full.project, "--list")}
    assert [listed[id] for id in passing[:4]] == ["accepted", "accepted", "rejected", None]

    out = full.folder / "out.jsonl"
    [written] = full.json("export", full.project, "--format", "alpaca", "--out", out)
    assert written["rows"] == 2
    assert str(out) in written["files"]
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    dataset = full.json("rows", full.project, "--stage", "dataset")
    assert [row["instruction"] for row in rows] == [row["instruction"] for row in dataset]
    assert dataset[0]["provenance"]["method"] == "self_instruct"
    [everything] = full.json("export", full.project, "--format", "alpaca", "--out", out, "--unreviewed")
    assert everything["rows"] == status["passing"] - 1


def test_one_run_feeds_the_next(seeded: Shell) -> None:
    lines = "1. How does one prune a rose in March?\n2. Name three shrubs for a shady yard."
    seeded.engine = FakeEngine(by_step({"instructions": [lines, ""], "answer": "In dry weather."}))
    assert seeded("generate", seeded.project, "--method", "instructions", "--target", 2) == 0, seeded.err
    assert seeded("generate", seeded.project, "--method", "answers", "--from", "run:1", "--target", 2) == 0, seeded.err
    passing = seeded.json("rows", seeded.project, "--stage", "passing")
    assert [row["output"] for row in passing] == ["In dry weather."] * 2
    assert [row["provenance"]["parents"] for row in passing] == [
        [{"stage": "candidate", "id": 1}],
        [{"stage": "candidate", "id": 2}],
    ]
    assert seeded("generate", seeded.project, "--method", "answers", "--from", "run:7") == 1
    assert "no run 7" in seeded.err


def test_rows_carry_their_fields_and_where_they_come_from(full: Shell) -> None:
    seeds = full.json("rows", full.project, "--stage", "seeds")
    assert [seed["instruction"] for seed in seeds] == [seed["instruction"] for seed in SEEDS]
    assert seeds[2]["provenance"]["origin"] == "seeds.jsonl"
    [row] = full.json("rows", full.project, "--stage", "candidates", "--limit", 1)
    assert row["kind"] == "instruction"
    assert {"instruction", "input", "output"} <= set(row)
    assert row["provenance"]["run"] == 1
    assert {parent["stage"] for parent in row["provenance"]["parents"]} == {"seed"}
    assert row["verdicts"]["novelty"]["passed"] is True


def test_chinese_is_printed_as_it_is(seeded: Shell) -> None:
    assert seeded("rows", seeded.project, "--stage", "seeds", "--json") == 0
    assert "给这首诗起一个名字。" in seeded.out


def test_a_model_that_is_named_is_the_project_s_from_then_on(full: Shell) -> None:
    own = full.folder / "own.gguf"
    own.write_bytes(b"GGUF")
    generate = ("generate", full.project, "--method", "self_instruct", "--target", 1)
    assert full(*generate, "--model", own) == 0
    assert full(*generate) == 0
    assert [model.name for model in full.models] == ["SmolLM2-135M-Instruct.Q4_1.gguf", "own.gguf", "own.gguf"]
    assert full.engine.closed


def test_options_reach_the_method(seeded: Shell) -> None:
    generate = ("generate", seeded.project, "--method", "self_instruct", "--target", 1)
    assert seeded(*generate, "--option", "examples_yours=3", "--option", "instances=2") == 0
    with Project.open(Path(seeded.project), write=False) as project:
        [run] = project.runs.all()
    assert (run.options["examples_yours"], run.options["instances"]) == (3, 2)
    assert seeded(*generate, "--option", "examples=3") == 1
    assert "“examples”" in seeded.err


def test_import_maps_columns_and_names_the_rows_it_could_not_read(shell: Shell) -> None:
    table = shell.folder / "t.csv"
    table.write_text("Frage,Antwort\nWas ist rot?,Mohn\n,\nWas ist blau?,Flachs\n", encoding="utf-8")
    assert shell("new", shell.project) == 0
    assert shell("import", shell.project, table, "--as", "seeds") == 1
    assert "--map instruction=Frage" in shell.err
    told = shell.json(
        "import", shell.project, table, "--as", "seeds", "--map", "instruction=Frage", "--map", "output=Antwort"
    )
    assert told[0]["added"] == 2
    assert [flaw["place"] for flaw in told[0]["flaws"]] == ["row 3"]
    [again] = shell.json(
        "import", shell.project, table, "--as", "seeds", "--map", "instruction=Frage", "--map", "output=Antwort"
    )
    assert (again["added"], again["duplicates"]) == (0, 2)


def test_a_table_with_votes_is_imported_by_the_rules_that_are_named(shell: Shell) -> None:
    table = shell.folder / "votes.csv"
    table.write_text("Frage,answer,score\nWarum?,Darum.,12\nWann?,Nie.,3\n", encoding="utf-8")
    bring = ["import", shell.project, table, "--as", "candidates", "--option", "question_column=Frage"]
    assert shell("new", shell.project) == 0
    assert shell(*bring) == 1
    assert "stackexchange" in shell.err
    assert shell(*bring, "--format", "alpaca") == 1
    assert shell(*bring, "--format", "stackexchange", "--option", "shortest=1", "--option", "prompt=title") == 0
    (row,) = shell.json("rows", shell.project, "--stage", "candidates")
    assert (row["instruction"], row["output"]) == ("Warum?", "Darum.")
    assert shell("import", shell.project, table, "--as", "sources", "--option", "score=1") == 1


def test_imported_candidates_are_judged_only_when_asked(seeded: Shell) -> None:
    assert seeded("import", seeded.project, seeded.folder / "seeds.jsonl", "--as", "candidates") == 0
    assert seeded.json("status", seeded.project)[0]["passing"] == 3
    [judged] = seeded.json("filter", seeded.project)
    assert judged["judged"] == 3
    assert judged["dropped"] == {"exact_duplicate": 2, "empty": 1}  # in an English project Chinese is the wrong script
    [judged] = seeded.json("filter", seeded.project, "--filter", "length:instruction_minimum=2,instruction_maximum=3")
    assert judged["dropped"] == {"length": 3}
    assert seeded.json("status", seeded.project)[0]["dropped"] == {"length": 3}


def test_a_filter_s_options_may_be_json_and_hold_commas() -> None:
    link = link_of('length:{"input_minimum": 2, "input_maximum": 9}')
    assert (link.options["input_minimum"], link.options["input_maximum"]) == (2, 9)
    assert link_of("length:input_minimum=2,input_maximum=9") == link
    blocked = link_of("blocked_phrases:own=a map, a graph,everywhere=yes")
    assert (blocked.options["own"], blocked.options["everywhere"]) == (["a map", "a graph"], True)
    with pytest.raises(UserError, match="JSON"):
        link_of("length:{minimum}")
    with pytest.raises(UserError, match="novelty"):
        link_of("lenght")


# ── how it ends ──────────────────────────────────────────────────────────────────────────────────


def test_a_run_without_a_passing_row_is_a_failure_with_its_reasons(seeded: Shell) -> None:
    def echo(ask: Ask, random_seed: int) -> Line:
        return f" {SEEDS[0]['instruction']}"

    seeded.engine = FakeEngine(by_step({"instructions": echo, "classify": " No", "input_first": ""}))
    assert seeded("generate", seeded.project, "--method", "self_instruct", "--json") == 1
    told = json.loads(seeded.out)
    assert told["passing"] == 0
    assert told["dropped"]["novelty"] > 0
    assert "No row passed." in seeded.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["status", "{nothing}"], "There is no file"),
        (["generate", "{project}", "--method", "evolve"], "“evolve”"),
        (["generate", "{project}", "--method", "self_instruct", "--model", "{nothing}"], ""),
        (["export", "{project}", "--format", "alpaca", "--out", "{folder}/out.json"], ""),
        (["review", "{project}", "--accept", "77"], "77"),
        (["new", "{project}"], "already"),
        (["import", "{project}", "{nothing}", "--as", "seeds"], ""),
    ],
)
def test_what_cannot_be_done_is_one_plain_line(seeded: Shell, words: Sequence[str], said: str) -> None:
    seeded.open_engine = open_local
    places = {"nothing": seeded.folder / "nothing", "project": seeded.project, "folder": seeded.folder}
    assert seeded(*(word.format(**places) for word in words)) == 1
    assert seeded.out == ""
    line = seeded.err.splitlines()[-1]
    assert said in line
    assert "Traceback" not in seeded.err


@pytest.mark.parametrize(
    "words",
    [
        ["rows", "p.seedbed"],
        ["rows", "p.seedbed", "--stage", "crumbs"],
        ["generate", "p.seedbed"],
        ["generate", "p.seedbed", "--method", "self_instruct", "--target", "none"],
        ["generate", "p.seedbed", "--method", "self_instruct", "--option", "examples"],
        ["export", "p.seedbed", "--format", "alpaca", "--out", "x", "--split", "train"],
        ["review", "p.seedbed"],
        ["new", "p.seedbed", "--language", "Klingon"],
        ["import", "p.seedbed", "--as", "seeds"],
        ["--nonsense"],
    ],
)
def test_wrong_usage_is_2(shell: Shell, words: Sequence[str]) -> None:
    assert shell(*words) == 2
    assert "usage:" in shell.err
    assert shell.out == ""


def test_ctrl_c_stops_cleanly_and_the_run_can_go_on(seeded: Shell) -> None:
    seeded.engine = FakeEngine(by_seed(), seconds=0.05)
    timer = threading.Timer(0.6, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    status = seeded("generate", seeded.project, "--method", "self_instruct", "--target", 10_000)
    timer.cancel()
    assert status == 1
    assert "Stopped." in seeded.err
    [told] = seeded.json("status", seeded.project)
    assert told["runs"][0]["state"] == "paused"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    kept = told["candidates"]
    seeded.engine = FakeEngine(by_seed())
    [report] = seeded.json(
        "generate", seeded.project, "--method", "self_instruct", "--target", told["passing"] + 5, "--resume"
    )
    assert report["run"] == 1
    assert seeded.json("status", seeded.project)[0]["candidates"] >= kept + 5


def test_readers_work_beside_a_writer_and_a_second_writer_is_told(full: Shell) -> None:
    with Project.open(Path(full.project)):
        assert full.json("status", full.project)
        assert full("review", full.project, "--accept", "1") == 1
        assert str(os.getpid()) in full.err


def test_a_closed_pipe_is_no_error(full: Shell) -> None:
    command = f'"{sys.executable}" -m desktop rows "{full.project}" --stage seeds --json | head -c 1'
    told = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert told.stderr == ""
    assert told.returncode == 0


# ── what there is ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("command", "ids"),
    [
        ("methods", {"self_instruct"}),
        ("filters", {"novelty", "length", "exact_duplicate", "blocked_phrases"}),
        ("formats", {"alpaca", "sharegpt", "messages", "csv", "self_instruct"}),
    ],
)
def test_the_catalogue(shell: Shell, command: str, ids: set[str]) -> None:
    told = {entry["id"]: entry for entry in shell.json(command)}
    assert set(told) >= ids
    for entry in told.values():
        assert entry["title"]
        assert all({"name", "kind", "default", "title"} <= set(each) for each in entry["options"])
    assert shell(command) == 0
    assert all(id in shell.out for id in ids)


def test_models_say_whether_a_file_is_sound(shell: Shell) -> None:
    broken = shell.folder / "broken.gguf"
    broken.write_bytes(b"no model at all")
    assert shell("models", "check", broken) == 1
    assert "broken.gguf" in shell.err
    assert shell("models", "check", broken, "--json") == 1, "--json is known here too"


def test_a_sound_project_is_said_to_be_so(seeded: Shell) -> None:
    assert seeded.json("check", seeded.project) == [{"project": seeded.project, "sound": True}]


def test_a_damaged_project_is_named_and_what_can_be_read_is_saved(seeded: Shell) -> None:
    file = Path(seeded.project)
    assert seeded.json("check", file, "--repair") == [{"project": str(file), "sound": True}]
    content = file.read_bytes()
    file.write_bytes(content[: len(content) - 8192])
    assert seeded("check", file) == 1
    assert "p.seedbed" in seeded.err
    [told] = seeded.json("check", file, "--repair")
    assert told["sound"] is False
    assert seeded.json("check", told["repaired"]) == [{"project": told["repaired"], "sound": True}]


@pytest.mark.parametrize(
    ("environment", "system", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "", "zh_CN"),
        ({"LANGUAGE": "en:zh", "LANG": "zh_CN.UTF-8"}, "", "en"),
        ({"LANG": "de_DE.UTF-8"}, "", "en"),
        ({"LANG": "C.UTF-8"}, "", "en"),
        ({}, "Chinese (Simplified)_China", "zh_CN"),
    ],
)
def test_the_language_is_the_system_s(environment: dict[str, str], system: str, language: str) -> None:
    assert cli.language_of(environment, system) == language
    assert language in i18n.LANGUAGES


def test_a_mistyped_command_is_wrong_usage_and_the_commands_are_named(shell: Shell) -> None:
    assert shell("frobnicate") == 2
    assert "frobnicate" in shell.err
    assert "generate" in shell.err
    assert shell.out == ""


@pytest.mark.parametrize("word", ["missing.seedbed", "folder/project"])
def test_a_first_word_that_names_a_file_opens_the_window_on_it(
    shell: Shell, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def window(asked: argparse.Namespace, _wiring: Wiring) -> int:
        opened.append(asked.project)
        return 0

    monkeypatch.setitem(cli._COMMANDS, "window", window)
    assert shell(word) == 0
    assert opened == [Path(word)]


def test_models_are_tested_and_the_speed_is_remembered(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = Speed(400.0, 35.0, 57.0, 8, 2059.0, 100, 1.0)

    def measure(_engine: Engine) -> Generator[Event, None, Speed]:
        yield Progress("Writing one text", 1, 2)
        return measured

    monkeypatch.setattr(speed_job, "measure_speed", measure)
    (told,) = shell.json("models", "test", shell.folder / "own.gguf")
    assert (told["rows_per_hour"], told["slots"], told["fingerprint"]) == (2059.0, 8, FAKE_MODEL.fingerprint)
    assert recall_speed(FAKE_MODEL.fingerprint) == measured
    assert shell("models", "test", shell.folder / "own.gguf") == 0
    assert "about 2,059 rows an hour" in shell.out


def test_a_sound_model_is_told_of_by_both_commands(shell: Shell) -> None:
    path = write(shell.folder / "sound.gguf")
    (checked,) = shell.json("models", "check", path)
    assert (checked["whole"], checked["verdict"], checked["nature"]) == (True, "fits", "text")
    least, most = checked["rows_per_hour_guess"]
    assert (checked["rows_per_hour"], checked["speed"], 0 < least < most) == (None, None, True)
    preferences.save(preferences.Preferences(model_files=(str(path),)), preferences.usual_path())
    assert {**shell.json("models")[-1], "whole": True}.keys() == checked.keys()
    assert shell("models", "check", path) == 0
    assert "The file is whole." in shell.out


# ── the benchmarks ───────────────────────────────────────────────────────────────────────────────


def test_bench_generate_says_a_line_for_each_workload_and_contestant(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.engine = FakeEngine(lambda _ask, _seed: "Four points.")
    monkeypatch.setattr("desktop.bench.generate.scaled", lambda least, _took, _wanted: least)
    words = ("bench", "generate", "--repeats", 1, "--workload", "judge", "--workload", "documents", "--against")
    told = shell.json(*words, "tuned")
    assert [(each["workload"], each["contestant"]) for each in told] == [
        ("judge", "engine"),
        ("judge", "tuned"),
        ("documents", "engine"),
        ("documents", "tuned"),
    ]
    assert told[0]["rows"] == 16
    assert told[0]["machine"]["cores"] >= 1
    assert told[1]["lacking"], "a scripted model is no file that others could load"
    assert [model.name for model in shell.models] == ["SmolLM2-135M-Instruct.Q4_1.gguf"]
    assert shell.engine.closed

    assert shell(*words, "nobody") == 0
    assert shell.out.startswith("judge: 16 rows, ")
    assert "Seedbed" in shell.out
    assert "plain loop" not in shell.out


def test_bench_names_what_there_is(shell: Shell) -> None:
    assert shell("bench", "generate", "--workload", "chess") == 1
    assert "documents, interleaved, json, judge, self_instruct" in shell.err
    assert shell("bench") == 2


def test_documents_come_in_as_sources_with_passages(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.md").write_text("# Fees\n\nThe fee is due in May.\n", encoding="utf-8")
    (folder / "b.csv").write_text("Name,Fee\nAnn,12\n", encoding="utf-8")
    (folder / "c.bin").write_bytes(bytes(range(256)))
    assert shell("new", shell.project) == 0
    (told,) = shell.json("import", shell.project, folder, "--as", "sources")
    assert (told["added"], told["passages"], [Path(each["file"]).name for each in told["failed"]]) == (2, 2, ["c.bin"])
    assert "c.bin" in shell.err
    (counts,) = shell.json("status", shell.project)
    assert (counts["sources"], counts["passages"]) == (2, 2)
    sources = shell.json("rows", shell.project, "--stage", "sources")
    assert [(Path(each["path"]).name, each["format"], each["passages"]) for each in sources] == [
        ("a.md", "markdown", 1),
        ("b.csv", "csv", 1),
    ]
    passages = shell.json("rows", shell.project, "--stage", "passages")
    assert [(each["form"], each["text"], each["provenance"]["heading"]) for each in passages] == [
        ("prose", "Fees\n\nThe fee is due in May.", "Fees"),
        ("record", "Name: Ann. Fee: 12.", ""),
    ]
    assert shell("import", shell.project, folder / "a.md", "--as", "sources") == 0
    assert "already" in shell.out
    assert shell("import", shell.project, folder / "c.bin", "--as", "sources") == 1
    assert shell("import", shell.project, folder / "a.md", "--as", "sources", "--format", "dpo") == 1


def test_a_model_server_is_asked_at_the_address_that_is_named(seeded: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    @contextmanager
    def opened(address: object, _output: object, _on_load: object) -> Iterator[Engine]:
        asked.append(str(address))
        yield seeded.engine

    monkeypatch.setattr(cli_commands, "open_remote", opened)
    words = ("generate", seeded.project, "--method", "self_instruct", "--target", 1, "--random-seed", 3)
    assert seeded(*words, "--endpoint", "localhost:8080/v1") == 0, seeded.err
    assert asked == ["http://localhost:8080"] and not seeded.models
    with Project.open(Path(seeded.project), write=False) as project:
        assert project.settings.get("model") is None  # a project names no address
    assert seeded(*words, "--endpoint", "ftp://x") == 2
    assert seeded(*words, "--endpoint", "localhost", "--model", "x.gguf") == 2


# ── judging by a model ───────────────────────────────────────────────────────────────────────────


def test_a_model_is_loaded_only_where_a_filter_asks(full: Shell) -> None:
    def script(ask: Asked, random_seed: int) -> Line:
        assert isinstance(ask, Choose)
        return Chosen((0, 0, 0, 0.2, 0.2, 0.6), 0.9)

    full.models.clear()
    assert full("filter", full.project, "--filter", "empty") == 0
    assert not full.models
    full.engine, model = FakeEngine(script), full.folder / "m.gguf"
    [report] = full.json("filter", full.project, "--filter", "rating:minimum=4", "--model", model)
    assert full.models == [model]
    [asked] = report["asked"]
    assert asked["judged"] == report["passing"] > 0
    assert (asked["filter"], asked["model"], asked["failed"]) == ("rating", FAKE_MODEL.name, 0)
    assert full("filter", full.project, "--filter", "rating:minimum=4.5") == 0
    assert "graded low" in full.out or "Rating by the model" in full.out
    row = full.json("rows", full.project, "--stage", "candidates")[0]
    assert row["verdicts"]["rating"]["model"] == FAKE_MODEL.name


def test_a_judge_is_calibrated_by_ones_own_ratings(full: Shell) -> None:
    full.engine = FakeEngine(lambda ask, random_seed: Chosen((0, 0, 0, 0.2, 0.2, 0.6), 0.9))
    assert full("filter", full.project, "--filter", "rating") == 0
    [before] = full.json("calibrate", full.project, "--filter", "rating")
    assert before["rated"] == 0 and before["to_rate"]
    first, second = before["to_rate"][:2]
    [found] = full.json("calibrate", full.project, "--filter", "rating", "--rate", f"{first}=4.5", f"{second}=2")
    assert (found["rated"], found["model"]) == (2, FAKE_MODEL.name)
    assert found["at_cut"] == {"kept_kept": 0, "kept_dropped": 1, "dropped_kept": 0, "dropped_dropped": 1}
    assert full("calibrate", full.project, "--filter", "rating") == 0
    assert "all alike" in full.out and "only you 1" in full.out
    assert full("calibrate", full.project, "--filter", "rating", "--rate", "1=9") == 1
    assert "Rate from 0 to 5" in full.err
    assert full("calibrate", full.project, "--filter", "rating", "--rate", "one") == 2


def test_a_method_that_asks_no_model_loads_none(shell: Shell) -> None:
    assert shell("new", shell.project) == 0
    words = ("generate", shell.project, "--method", "identity", "--option", "name=Sprig", "--target", 6)
    assert shell(*words) == 1
    assert "Nobody is named who made it." in shell.err
    [status] = shell.json("status", shell.project)
    assert status["runs"] == []
    [report] = shell.json(*words, "--option", "maker=Greenhouse Lab")
    assert not shell.models
    assert (report["model"], report["fingerprint"], report["passing"]) == (None, "no model", 6)
    assert report["cost"]["asks"] == 0 and report["cost"]["seconds"] > 0


def test_a_run_says_what_a_good_row_costs_and_how_the_next_will_go(full: Shell) -> None:
    words = ("generate", full.project, "--method", "self_instruct", "--target", 6, "--random-seed", 9)
    [report] = full.json(*words)
    assert report["cost"]["asks"] == report["attempts"] and report["cost"]["seconds"] > 0
    assert full(*words) == 0
    assert "A good row costs " in full.out
    assert "good rows an hour, as in the last run of this method" in full.err


def test_the_rules_of_an_archive_are_options_of_its_import(shell: Shell) -> None:
    assert shell("new", shell.project) == 0
    table = shell.folder / "qa.csv"
    table.write_text("question,answer,score\nWhy?,Because.,3\nHow?,So.,1\n", encoding="utf-8")
    words = ("import", shell.project, table, "--as", "sources", "--format", "stackexchange")
    [report] = shell.json(*words, "--option", "score=2", "--option", "shortest=1")
    assert report["passages"] == 1 and report["tokens_counted_by"] is None
    assert "1 of 2" in str(report["unread"]) or not report["unread"]

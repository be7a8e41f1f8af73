"""A step of the set-up is said, kept in a log, and skipped once it is done."""

import sys
from pathlib import Path

import pytest
import runner


def test_a_step_says_that_it_begins_how_far_it_is_and_how_long_it_took() -> None:
    said: list[str] = []
    times = iter([0.0, 5.0, 20.0, 75.0])
    console = runner.Console(said.append, is_terminal=False, clock=lambda: next(times))
    with console.step("Building") as progress:
        progress("1 of 83 files")  # too early for another line in a log
        progress("9 of 83 files")
    assert said == ["Building …\n", "Building … 9 of 83 files, 20 s\n", "Building: done in 1 min 15 s\n"]


def test_a_failing_command_shows_its_last_lines_and_keeps_all_of_them(tmp_path: Path) -> None:
    code = "import sys\nfor n in range(40): print('line', n)\nsys.exit(3)"
    log = tmp_path / "logs" / "step.log"
    with pytest.raises(runner.StepError) as failed:
        runner.run([sys.executable, "-c", code], log, what="It failed.", remedy="Mend it.")
    assert (failed.value.what, failed.value.remedy) == ("It failed.", "Mend it.")
    assert failed.value.tail[-1] == "line 39"
    assert len(failed.value.tail) == runner.LAST_LINES
    assert "line 0\n" in log.read_text(encoding="utf-8")


def test_a_command_that_does_not_exist_fails_in_words(tmp_path: Path) -> None:
    with pytest.raises(runner.StepError):
        runner.run([tmp_path / "nothing"], tmp_path / "log", what="It failed.", remedy="Mend it.")


def test_the_tools_own_counts_are_read() -> None:
    said: list[str] = []
    read = runner.count_ninja(said.append)
    read("  [57/83] /usr/bin/g++ -c a.cpp\n")
    read("ninja: nothing\n")
    packages = runner.count_packages(said.append, 30)
    packages("Collecting numpy==2.4.6\n")
    packages("  Downloading numpy.whl\n")
    packages("Requirement already satisfied: orjson==3 in ./x\n")
    assert said == ["57 of 83 files", "numpy, 1 of 30", "orjson, 2 of 30"]


def test_a_step_is_done_for_its_own_key_only(tmp_path: Path) -> None:
    assert not runner.is_done(tmp_path, "packages", "one")
    runner.mark_done(tmp_path, "packages", "one")
    assert runner.is_done(tmp_path, "packages", "one")
    assert not runner.is_done(tmp_path, "packages", "two")


@pytest.mark.parametrize(("seconds", "words"), [(0.44, "0.4 s"), (38.2, "38 s"), (245.0, "4 min 05 s")])
def test_durations_in_words(seconds: float, words: str) -> None:
    assert runner.in_words(seconds) == words

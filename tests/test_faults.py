"""The script of faults in short: some kills, some damaged files, and no way out to a network."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.engine.gguf_files import write
from tests.faults import damage, files, kills, worlds


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
def test_some_kills_lose_nothing(starter_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kills.kills(5, 7, starter_model, every=1.5), capsys.readouterr().out


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the time limit is Unix's")
def test_some_damaged_files_are_refused_or_answered(starter_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert files.files(20, 7, starter_model), capsys.readouterr().out


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="limits of memory are Unix's")
def test_where_it_cannot_work_it_says_so(starter_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert worlds.worlds(2, 7, starter_model), capsys.readouterr().out


def test_damage_is_taken_back(tmp_path: Path) -> None:
    from random import Random

    sound = write(tmp_path / "sound.gguf")
    path = Path(shutil.copyfile(sound, tmp_path / "m.gguf"))
    body, draw = damage.anatomy(sound), Random(1)
    for kind in damage.KINDS.values():
        for _time in range(20):
            done = kind(body, draw)
            damage.apply(path, done)
            damage.mend(path, sound, done)
            assert path.read_bytes() == sound.read_bytes(), done.words


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it looks at system calls")
def test_no_process_of_a_demo_opens_an_internet_socket(starter_model: Path, tmp_path: Path) -> None:
    """Every call is looked at where strace is installed; else the open connections, again and again."""
    trace = tmp_path / "trace"
    watch = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect,execve", "-o", str(trace)]
    command = [sys.executable, "-m", "desktop", "demo", "--headless", "--rows", "1", "--json", "--out"]
    environment = {**os.environ, "SEEDBED_CACHE": str(starter_model.parents[1])}
    with subprocess.Popen(
        [*(watch if shutil.which("strace") else []), *command, str(tmp_path / "made")],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        seen: set[object] = set()
        while demo.poll() is None:
            for each in psutil.Process(demo.pid).children(recursive=True):
                try:
                    seen.update(each.net_connections("inet"))
                except psutil.Error:
                    continue  # it has ended, or is not ours to look into
            try:
                demo.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        assert demo.stdout is not None
        assert json.loads(demo.stdout.read())["passing"] >= 1
    assert not seen
    if trace.is_file():
        calls = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        assert any("--worker" in call for call in calls), "the worker was not looked at"
        assert not [call for call in calls if "AF_INET" in call]  # what seccomp refuses does not come so far

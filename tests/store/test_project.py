"""A project file is made, opened and closed, and refuses what it must refuse."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Candidate
from desktop.store.project import Project
from tests.store.rows import add_rows, row, start_run

AS_NOBODY = """
import os, sys
from pathlib import Path
from desktop.core.errors import UserError
from desktop.store.project import Project
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
path = Path(sys.argv[1])
try:
    Project.open(path)
    print("opened")
except UserError as error:
    print(error.what)
with Project.open(path, write=False) as project:
    print(project.title, project.counts().candidates)
"""


def test_a_new_project_is_empty_and_knows_its_name(project: Project) -> None:
    assert (project.title, project.language, project.writable) == ("Test", "en", True)
    counts = project.counts()
    assert counts.candidates == counts.seeds == counts.passing == counts.dataset == 0
    assert counts.runs == ()


def test_what_was_stored_is_there_after_closing(path: Path) -> None:
    with Project.create(path, title="机器", language="zh") as project:
        ids = add_rows(project, [row("One"), row("Two")])
    with Project.open(path) as project:
        assert project.title == "机器"
        assert [view.row for view in project.candidates.get(ids)] == [row("One"), row("Two")]


def test_a_closed_project_leaves_one_file(path: Path) -> None:
    with Project.create(path, title="", language="en") as project:
        add_rows(project, [row("One")])
    assert list(path.parent.iterdir()) == [path]


def test_closing_twice_is_no_harm(project: Project) -> None:
    project.close()
    project.close()


def test_a_name_that_is_taken_is_refused(project: Project, path: Path) -> None:
    with pytest.raises(UserError, match="already a file"):
        Project.create(path, title="", language="en")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder"):
        Project.create(tmp_path / "nowhere" / "a.seedbed", title="", language="en")


def test_what_a_removed_project_left_behind_does_not_leak_into_a_new_one(path: Path) -> None:
    with Project.create(path, title="Old", language="en") as project:
        add_rows(project, [row("Old")])
        left = path.with_name(path.name + "-wal").read_bytes()
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(left)
    with Project.create(path, title="New", language="en") as project:
        assert (project.title, project.counts().candidates) == ("New", 0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no file .*a\.seedbed"):
        Project.open(tmp_path / "a.seedbed")


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0", b"\0" * 5000, b'{"instruction": "x"}'])
def test_a_file_that_is_no_project_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(UserError, match="not a Seedbed project"):
        Project.open(path)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_another_programs_database_is_refused(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE seeds(id INTEGER PRIMARY KEY)")
    other.close()
    with pytest.raises(UserError, match="not a Seedbed project"):
        Project.open(path)


def test_a_newer_project_is_refused_politely_and_left_alone(path: Path) -> None:
    Project.create(path, title="", language="en").close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    before = path.read_bytes()
    for write in (True, False):
        with pytest.raises(UserError, match="newer Seedbed"):
            Project.open(path, write=write)
    assert path.read_bytes() == before


def test_a_second_window_is_told_who_holds_the_project(project: Project, path: Path) -> None:
    with pytest.raises(UserError, match=rf"open in another window \(process {os.getpid()}\)"):
        Project.open(path)
    project.close()
    Project.open(path).close()


def test_a_reader_works_beside_a_writer_and_sees_what_is_committed(project: Project, path: Path) -> None:
    with Project.open(path, write=False) as reader:
        assert reader.counts().candidates == 0
        add_rows(project, [row("One")])
        assert reader.counts().candidates == 1
        assert not reader.writable
        with pytest.raises(UserError, match="for reading only"):
            _ = reader.user


def test_a_reader_notes_what_it_exported(project: Project, path: Path, tmp_path: Path) -> None:
    with Project.open(path, write=False) as reader:
        made = reader.exports.add("alpaca", tmp_path / "out.jsonl", 3, True)
        assert reader.exports.all() == (made,)
    assert project.exports.all() == (made,)


def test_a_reader_cannot_write(project: Project, path: Path) -> None:
    with Project.open(path, write=False) as reader, pytest.raises(UserError, match="read-only"):
        reader.runs.set_state(1, "paused")


def test_our_own_file_opens_unchecked_and_a_foreign_one_is_checked_with_progress(path: Path) -> None:
    Project.create(path, title="", language="en").close()
    seen: list[float] = []
    Project.open(path, on_check=seen.append).close()
    assert seen == []
    copy = path.with_name("from_elsewhere.seedbed")
    shutil.copyfile(path, copy)
    Project.open(copy, on_check=seen.append).close()
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    seen.clear()
    Project.open(copy, on_check=seen.append).close()
    assert seen == []


def test_a_file_that_was_changed_behind_our_back_is_checked(path: Path) -> None:
    Project.create(path, title="", language="en").close()
    os.utime(path, ns=(1, 1))
    seen: list[float] = []
    Project.open(path, write=False, on_check=seen.append).close()
    assert seen


def test_a_run_whose_process_died_is_paused_when_the_project_opens(path: Path) -> None:
    with Project.create(path, title="P", language="en") as project:
        run = start_run(project).id
    with Project.open(path, write=False) as project:
        assert project.runs.get(run).state == "running"  # for all that a reader knows, it does
    with Project.open(path) as project:
        assert project.runs.get(run).state == "paused"
        project.user.perform("Remove it", lambda edit: edit.remove_run(run)).result()
        assert project.runs.all() == ()


def test_an_open_project_can_be_checked(project: Project) -> None:
    add_rows(project, [row("One")])
    seen: list[float] = []
    project.check(seen.append)
    assert seen[-1] == 1.0


@pytest.mark.skipif(sys.platform == "win32", reason="rights of folders work otherwise there")
@pytest.mark.parametrize("of_folder", [True, False])
def test_a_read_only_file_or_folder_can_be_read_and_says_so_for_writing(tmp_path: Path, of_folder: bool) -> None:
    path = _where_anyone_may_look(tmp_path) / "a.seedbed"
    with Project.create(path, title="Kept", language="en") as project:
        add_rows(project, [row("One")])
    before = path.read_bytes()
    path.chmod(0o444)
    path.parent.chmod(0o555 if of_folder else 0o777)
    data = path.parent.parent / "data"
    data.mkdir(mode=0o777)
    ran = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"SEEDBED_DATA": str(data), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    path.parent.chmod(0o755)
    assert ran.stdout.splitlines() == [
        "“a.seedbed” cannot be written to: the file or its folder is read-only.",
        "Kept 1",
    ], ran.stderr
    assert path.read_bytes() == before


def _where_anyone_may_look(tmp_path: Path) -> Path:
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    place = tmp_path / "shelf"
    place.mkdir()
    return place


def test_a_full_disk_is_said_plainly_and_loses_nothing(project: Project) -> None:
    add_rows(project, [row("Kept")])
    before = project.counts()
    database = project._connections.here()
    pages = database.value("PRAGMA page_count")
    database.run(f"PRAGMA max_page_count = {pages}")
    big = "x" * 1_000_000
    with pytest.raises(UserError, match="is full"):
        project.candidates.add([_imported(big)])
    assert project.counts() == before
    database.run(f"PRAGMA max_page_count = {pages + 100_000}")
    project.candidates.add([_imported(big)])
    assert project.counts().candidates == 2


def _imported(text: str) -> Candidate:
    return Candidate(0, 0, row(text))

"""Threads read and write side by side, and nothing of theirs is mixed up."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from desktop.core.records import Candidate
from desktop.store.edit import Edit
from desktop.store.project import Project
from tests.store.rows import row


def test_threads_append_while_others_read_and_the_user_decides(project: Project) -> None:
    def append(worker: int) -> list[int]:
        return [project.candidates.add([Candidate(0, 0, row(f"{worker} {n}"))])[0] for n in range(15)]

    def accept(ids: list[int], edit: Edit) -> None:
        edit.decide(ids, "accepted", 1.0)

    def read(_worker: int) -> bool:
        counts = [project.counts() for _n in range(15)]
        return all(one.candidates == one.passing + one.unanswered + sum(one.dropped.values()) for one in counts)

    with ThreadPoolExecutor(6) as threads:
        appended = list(threads.map(append, range(3)))
        decided = [project.user.perform("Accept", partial(accept, ids)) for ids in appended]
        assert all(threads.map(read, range(3)))
    for future in decided:
        future.result()
    ids = [id for some in appended for id in some]
    assert sorted(ids) == list(project.candidates.ids())
    assert len(set(ids)) == 45
    assert project.counts().accepted == 45


def test_a_thread_that_ends_takes_its_connection_with_it(project: Project) -> None:
    project.counts()
    before = len(project._connections._open)
    for _n in range(5):
        thread = threading.Thread(target=project.counts)
        thread.start()
        thread.join()
    assert len(project._connections._open) == before


def test_a_project_can_be_closed_by_another_thread_than_used_it(path: Path) -> None:
    project = Project.create(path, title="", language="en")
    project.counts()
    thread = threading.Thread(target=project.close)
    thread.start()
    thread.join()
    assert list(path.parent.iterdir()) == [path]

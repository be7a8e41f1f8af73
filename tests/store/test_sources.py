"""Sources and their passages: stored whole or not at all, read in order, left out, removed and brought back."""

from collections.abc import Iterator

import pytest

from desktop.core.documents import Block, PlacedPage
from desktop.core.records import Passage, Reason, Source, Unread
from desktop.store.project import Project

PAGES = [PlacedPage(1, 0, 9, (Block("One", 1), Block("two"))), PlacedPage(2, 11, 16, (Block("three", 0, "running"),))]
PASSAGES = [
    Passage(0, 0, "One\n\ntwo", page=1, first=0, last=8, heading="One"),
    Passage(0, 0, "three", page=2, first=11, last=16, excluded=True, aside="running"),
]


def store(project: Project, passages: list[Passage], fingerprint: str = "a", pages: list[PlacedPage] = PAGES) -> None:
    source = Source(0, "/docs/a.pdf", fingerprint, "pdf", 2, (Unread("page 3", Reason("because of {n}", {"n": 3})),))
    for _done in project.sources.store(source, pages, passages):
        pass


def test_a_source_comes_back_as_it_was_stored(project: Project) -> None:
    store(project, PASSAGES)
    (view,) = project.sources.get(project.sources.ids())
    assert (view.passages, view.excluded) == (2, 1)
    assert (view.source.path, view.source.pages, str(view.source.unread[0].why)) == ("/docs/a.pdf", 2, "because of 3")
    assert project.sources.known("a") == view.source
    assert project.sources.known("b") is None
    assert list(project.sources.pages(1)) == PAGES
    assert [page.number for page in project.sources.pages(1, 0, 8)] == [1]
    found = project.passages.get(project.passages.ids())
    assert [(each.text, each.heading, each.excluded, each.aside) for each in found] == [
        ("One\n\ntwo", "One", False, ""),
        ("three", "", True, "running"),
    ]
    assert (project.counts().sources, project.counts().passages) == (1, 1)


def test_a_source_that_is_stored_halfway_is_not_there(project: Project) -> None:
    def broken() -> Iterator[Passage]:
        yield from PASSAGES
        raise RuntimeError("the power failed")

    with pytest.raises(RuntimeError):
        for _done in project.sources.store(Source(0, "a", "a", "pdf"), PAGES, broken()):
            pass
    assert (project.sources.count(), project.passages.count()) == (0, 0)
    storing = project.sources.store(Source(0, "a", "a", "pdf"), PAGES, PASSAGES * 600)
    next(storing)
    storing.close()
    assert (project.sources.count(), project.passages.count()) == (0, 0)


def test_ids_are_in_reading_order_and_can_be_narrowed(project: Project) -> None:
    record = Passage(0, 0, "Fee: 12.", "record", columns={"Fee": 12})
    store(project, [*reversed(PASSAGES), record])
    assert list(project.passages.ids()) == [2, 3, 1]  # by where they stand
    assert list(project.passages.ids(excluded=False, forms=("prose",))) == [2]
    assert list(project.passages.ids(query="fee")) == [3]
    assert list(project.passages.ids(query="!")) == []
    assert project.passages.get([3])[0].columns == {"Fee": 12}
    assert [each.id for each in project.passages.page(1, 5)] == [2, 3]
    assert [each.id for each in project.passages.first_of(1, 2)] == [2, 3]


def test_a_whole_source_is_left_out_and_what_was_set_aside_stays_so(project: Project) -> None:
    store(project, PASSAGES)
    project.user.perform("x", lambda edit: edit.exclude_source(1, True)).result()
    assert project.passages.count(excluded=True) == 2
    project.user.perform("x", lambda edit: edit.exclude_source(1, False)).result()
    assert project.passages.count(excluded=True) == 1


def test_other_passages_keep_the_ids_of_those_that_are_the_same(project: Project) -> None:
    store(project, PASSAGES)
    new = [PASSAGES[0], Passage(0, 0, "other", first=9, last=14)]
    project.user.perform("x", lambda edit: edit.replace_passages(1, new)).result()
    assert [(each.id, each.text) for each in project.passages.get(project.passages.ids())] == [
        (1, "One\n\ntwo"),
        (3, "other"),
    ]
    project.user.undo().result()
    assert list(project.passages.ids()) == [1, 2]


def test_undo_of_an_exclusion_leaves_the_search_index_alone(project: Project) -> None:
    store(project, PASSAGES)
    project.user.perform("x", lambda edit: edit.exclude_passages([1], True)).result()
    project.user.undo().result()
    assert list(project.passages.ids(query="two")) == [1]
    project.user.redo().result()
    assert project.passages.get([1])[0].excluded

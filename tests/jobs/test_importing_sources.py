"""Importing sources: files, folders and archives come in, page by page; what cannot be read is told, and no more."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.confined.runner import ConfinedProcess
from desktop.core.confined import USUAL, Confined, ConfinedLost, Limits
from desktop.core.errors import UserError
from desktop.core.progress import Progress
from desktop.core.records import JsonObject
from desktop.jobs import importing_sources
from desktop.jobs.cutting import Cutting, estimated
from desktop.jobs.importing_sources import SourcesReport, cut_again, cutting_of, import_sources
from desktop.store.project import Project
from tests.confined.inside import Inside
from tests.formats import papers
from tests.jobs.test_importing import run


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "test.seedbed", title="Test", language="en") as project:
        yield project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def bring(project: Project, *files: Path, confined: Confined | None = None) -> SourcesReport:
    return run(import_sources(project, confined or Inside(), files))


def texts(project: Project, *, excluded: bool = False) -> list[str]:
    return [passage.text for passage in project.passages.get(project.passages.ids(excluded=excluded))]


def why(report: SourcesReport) -> dict[str, str]:
    return {Path(name).name: error.what for name, error in report.failed}


def test_a_document_becomes_a_source_with_passages_that_know_their_place(project: Project, folder: Path) -> None:
    path = folder / "fees.pdf"
    pages: list[list[papers.Shown]] = [
        [(72, 740, 20, "Fees"), *papers.paragraph(72, 700, ["The fee is due in May."])],
        [],
        [(72, 700, 11, "End.")],
    ]
    path.write_bytes(papers.pdf(pages, pictures=[2]))
    report = bring(project, path)
    (source,) = project.sources.all()
    assert (source.path, source.format, source.pages) == (str(path), "pdf", 3)
    assert [each.place for each in source.unread] == ["page 2"]
    (passage,) = project.passages.get(project.passages.ids())
    assert (passage.text, passage.page, passage.heading) == ("Fees\n\nThe fee is due in May.\n\nEnd.", 1, "Fees")
    text = "\n\n".join(page.text for page in project.sources.pages(source.id))
    assert text[passage.first : passage.last].split() == passage.text.split()
    assert (report.passages, report.failed) == (1, ())


def test_rows_of_a_table_are_put_into_words_and_keep_their_columns(project: Project, folder: Path) -> None:
    (folder / "a.csv").write_text("Name,Fee,Note\nAnn,12,\n王,7,late.\n", encoding="utf-8")
    (folder / "b.json").write_text('[{"名称": "船", "费用": 3.0}]', encoding="utf-8")
    bring(project, folder)
    found = project.passages.get(project.passages.ids(forms=("record",)))
    assert [each.text for each in found] == [
        "Name: Ann. Fee: 12.",
        "Name: 王. Fee: 7. Note: late.",
        "名称：船。费用：3。",
    ]
    assert found[0].columns == {"Name": "Ann", "Fee": "12", "Note": ""}


def test_a_row_longer_than_a_passage_goes_on_in_passages_under_its_other_columns(
    project: Project, folder: Path
) -> None:
    long = " ".join(f"Sentence {n} tells of boat {n}." for n in range(200))
    rows = [{"title": "Boats", "text": long}, {"title": "Fees", "text": "Due in May."}, {"text": "x" * 1_000_001}]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    bring(project, folder)
    found = project.passages.get(project.passages.ids())
    assert [each.columns for each in found if each.form == "record"] == rows[:2]
    assert all(estimated(each.text) <= Cutting().tokens for each in found)
    assert " ".join(each.text for each in found[:-1]) == f"title: Boats. text: {long}"
    assert {(each.form, each.heading) for each in found[1:-1]} == {("prose", "title: Boats.")}
    [source] = project.sources.all()
    assert [each.place for each in source.unread] == ["line 3"]


def test_the_same_file_again_is_known(project: Project, folder: Path) -> None:
    (folder / "a.txt").write_text("Words.", encoding="utf-8")
    (folder / "b.txt").write_text("Words.", encoding="utf-8")
    assert len(bring(project, folder).known) == 1
    report = bring(project, folder / "a.txt")
    assert (report.sources, report.known) == ((), (str(folder / "a.txt"),))
    assert project.passages.count() == 1


def test_folders_and_archives_are_walked_through(project: Project, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a.txt").write_text("In a folder.", encoding="utf-8")
    (folder / ".hidden.txt").write_text("Hidden.", encoding="utf-8")
    (folder / "link.txt").symlink_to(folder / "deep" / "a.txt")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("inner.md", "# In two archives")
    papers.zipped(folder / "z.zip", {"x/b.txt": "In an archive.", "y.zip": inner.getvalue(), "../evil.txt": "Evil."})
    report = bring(project, folder)
    assert texts(project) == ["In an archive.", "In two archives", "In a folder."]
    assert [Path(each.path).name for each in project.sources.all()] == ["b.txt", "inner.md", "a.txt"]
    assert str(folder / "z.zip") + "/y.zip/inner.md" == project.sources.all()[1].path
    assert set(why(report)) == {"link.txt", "evil.txt"}
    assert "leads out" in why(report)["evil.txt"]


def test_names_in_an_archive_that_windows_made_in_chinese(project: Project, folder: Path) -> None:
    plain = folder / "a.zip"
    entry = zipfile.ZipInfo("XX.txt")
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr(entry, "正文。")
    data = plain.read_bytes().replace(b"XX.txt", "书".encode("gbk") + b".txt")
    plain.write_bytes(data)
    bring(project, plain)
    assert project.sources.all()[0].path.endswith("a.zip/书.txt")


def test_headers_and_contents_are_set_aside_and_can_be_taken_in(project: Project, folder: Path) -> None:
    pages = [
        [
            (72, 760, 9, "Handbook"),
            *papers.paragraph(72, 700, [f"Words of page {n} are", "here.", "And", f"more words {'abcdef'[n - 1]}."]),
        ]
        for n in range(1, 7)
    ]
    contents = papers.paragraph(72, 700, ["Fees ........ 1", "Boats ........ 4"])
    (folder / "a.pdf").write_bytes(papers.pdf([contents, *pages]))
    bring(project, folder)
    aside = project.passages.get(project.passages.ids(excluded=True))
    assert [(each.aside, each.text) for each in aside] == [
        ("contents", "Fees ........ 1\nBoats ........ 4"),
        ("running", "Handbook"),
    ]
    assert "Handbook" not in "".join(texts(project))
    project.user.perform("x", lambda edit: edit.exclude_passages([aside[1].id], False)).result()
    assert "Handbook" in texts(project)


def test_cutting_again_is_one_step_and_keeps_what_was_left_out(project: Project, folder: Path) -> None:
    parts = [
        f"# Part {n}\n\n" + f"The fee of part {n} is due in May, and nobody may pay it later. " * 12 for n in range(6)
    ]
    (folder / "a.md").write_text("\n\n".join(parts), encoding="utf-8")
    bring(project, folder)
    before = project.passages.ids()
    project.user.perform("x", lambda edit: edit.exclude_passages(before[1:2], True)).result()
    assert run(cut_again(project, [1], Cutting(tokens=100, overlap=20))) > len(before)
    cut = project.passages.get(project.passages.ids())
    out = [passage for passage in cut if passage.excluded]
    assert out
    assert all("part 2" in each.text or "part 3" in each.text or "part 1" in each.text for each in out)
    assert cutting_of(project) == Cutting(tokens=100, overlap=20)
    project.user.undo().result()
    assert project.passages.ids() == before
    assert cutting_of(project) == Cutting()


def test_a_source_is_removed_and_brought_back(project: Project, folder: Path) -> None:
    (folder / "a.txt").write_text("Words.", encoding="utf-8")
    bring(project, folder)
    changes = project.user.perform("x", lambda edit: edit.remove_sources([1])).result().changes
    assert changes.stages == {"sources", "passages"}
    assert (project.sources.count(), project.passages.count()) == (0, 0)
    project.user.undo().result()
    assert texts(project) == ["Words."]
    assert list(project.passages.ids(query="words")) == [1]


def test_stopping_keeps_the_files_that_were_finished(project: Project, folder: Path) -> None:
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Words of {name}.", encoding="utf-8")
    job = import_sources(project, Inside(), [folder])
    event = next(job)
    while not (isinstance(event, Progress) and event.what == "Storing c.txt"):
        event = next(job)
    job.close()
    assert texts(project) == ["Words of a.", "Words of b."]


def test_it_says_how_far_it_is(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_sources, "_OFTEN", 0.0)
    (folder / "a.pdf").write_bytes(papers.pdf([[(72, 700, 11, f"Page {n}.")] for n in range(300)]))
    events = list(import_sources(project, Inside(), [folder]))
    assert any(isinstance(each, Progress) and each.total == 300 and 0 < each.done < 300 for each in events)


class Losing:
    """Loses its process at some pages."""

    def __init__(self, pages: set[int]) -> None:
        self._pages = pages

    def run(self, task: str, given: JsonObject, limits: Limits = USUAL) -> Iterator[JsonObject | None]:
        for said in Inside().run(task, given, limits):
            if said is not None and said.get("page") in self._pages:
                raise ConfinedLost("time")
            yield said


def test_a_page_that_cannot_be_read_costs_that_page(project: Project, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(papers.pdf([[(72, 700, 11, f"Words of page {n}.")] for n in range(1, 7)]))
    bring(project, folder, confined=Losing({2}))
    (source,) = project.sources.all()
    assert [(each.place, str(each.why)) for each in source.unread] == [("page 2", "reading it takes too long")]
    assert "page 3" in texts(project)[0]


def test_many_such_pages_end_the_reading(project: Project, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(papers.pdf([[(72, 700, 11, f"Words of page {n}.")] for n in range(1, 9)]))
    bring(project, folder, confined=Losing({2, 3, 5}))
    places = [each.place for each in project.sources.all()[0].unread]
    assert places == ["page 2", "page 3", "page 5", "pages 6 to 8"]


# ── hostile files, through the true process ──────────────────────────────────────────────────────


def _bombs(folder: Path) -> None:
    zeros = bytes(1 << 20)
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(300):
            archive.writestr(f"{n}.txt", zeros)
    with zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(520):
            archive.writestr(f"word/{n}.xml", zeros)
    (folder / "deep.html").write_text("<div>" * 200_000 + "x", encoding="utf-8")
    (folder / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    aliases = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    (folder / "bomb.yaml").write_text(f"openapi: 3.0.0\na0: &a0 [x]\n{aliases}paths: {{/x: {{get: *a11}}}}\n")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    book = (
        f'<!DOCTYPE p [<!ENTITY e0 "ha">{entities}]><package><manifest><item id="a" href="&e9;"/></manifest></package>'
    )
    container = "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>"
    papers.zipped(folder / "bomb.epub", {"META-INF/container.xml": container, "b.opf": book})
    (folder / "cut.pdf").write_bytes(papers.pdf([[(72, 700, 11, "Hi")]])[:300])
    (folder / "cut.pptx").write_bytes(b"PK\x03\x04" + bytes(2000))
    (folder / "cut.parquet").write_bytes(b"PAR1" + bytes(2000) + b"PAR1")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 40)


def test_hostile_files_each_end_in_a_sentence(project: Project, folder: Path) -> None:
    _bombs(folder)
    names = sorted(path.name for path in folder.iterdir())
    with ConfinedProcess() as confined:
        told: dict[str, str] = {}
        for name in names:
            began = time.process_time()
            told |= why(bring(project, folder / name, confined=confined))
            assert time.process_time() - began < 5, name
    assert sorted(told) == names
    assert all(words.endswith(".") and "Traceback" not in words for words in told.values())
    assert project.sources.count() == 0


def test_a_locked_pdf_is_named_so(project: Project, folder: Path) -> None:
    plain = papers.pdf([[(72, 700, 11, "Hi")]])
    locked = plain.replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <%b> /U <%b> >> /ID [<00> <00>]"
        % (b"11" * 32, b"22" * 32),
    )
    (folder / "a.pdf").write_bytes(locked)
    assert "password" in why(bring(project, folder))["a.pdf"]


def test_a_format_that_is_named_is_taken(project: Project, folder: Path) -> None:
    (folder / "a.md").write_text("# Words\n", encoding="utf-8")
    run(import_sources(project, Inside(), [folder / "a.md"], "txt"))
    assert texts(project) == ["# Words"]


def test_a_file_of_an_old_office_program_is_named_so(project: Project, folder: Path) -> None:
    (folder / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "b.txt").write_text(" \n\n", encoding="utf-8")
    report = bring(project, folder)
    assert "before 2007" in why(report)["a.doc"]
    assert "OCR" not in str(dict(report.failed)[str(folder / "b.txt")])


def test_a_missing_file_is_told(project: Project, folder: Path) -> None:
    ((_name, error),) = bring(project, folder / "gone.pdf").failed
    assert isinstance(error, UserError)
    assert "There is no file" in error.what

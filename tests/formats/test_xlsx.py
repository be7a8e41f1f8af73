"""Excel workbooks, also hostile ones."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from desktop.core.catalogue import formats
from desktop.core.documents import Entry, Opened
from desktop.core.errors import UserError
from desktop.core.records import Instruction
from tests.formats.walks import instructions, read, rows, surest

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_REL}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="Seeds" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def _workbook(path: Path, cells: Mapping[str, str | float]) -> Path:
    """A workbook with these cells, by their place."""
    by_row: dict[int, str] = {}
    for place, value in cells.items():
        number = int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        kind, inside = (
            (' t="inlineStr"', f"<is><t>{escape(value)}</t></is>")
            if isinstance(value, str)
            else ("", f"<v>{value}</v>")
        )
        by_row[number] = by_row.get(number, "") + f'<c r="{place}"{kind}>{inside}</c>'
    sheet = "".join(f'<row r="{number}">{inside}</row>' for number, inside in by_row.items())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
        )
    return path


def test_cells_come_as_text_and_whole_numbers_without_a_point(tmp_path: Path) -> None:
    cells: dict[str, str | float] = {
        "A1": "instruction",
        "B1": "output",
        "C1": "n",
        "A2": "第一题",
        "B2": 1.0,
        "C2": 2.5,
        "A4": "b",
        "B4": "",
    }
    path = _workbook(tmp_path / "seeds.xlsx", cells)
    assert surest(path) == "xlsx"
    incoming, flaws = read("xlsx", path)
    found = [each.row for each in incoming]
    assert [(row.instruction, row.output) for row in found if isinstance(row, Instruction)] == [
        ("第一题", "1"),
        ("b", None),
    ]
    assert found[0].extra == {"n": "2.5"}
    assert [flaw.place for flaw in flaws] == ["row 3"]


def test_columns_are_mapped(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "seeds.xlsx", {"B2": "question", "C2": "answer", "B3": "a", "C3": "b"})
    (row,) = rows("xlsx", path, {"instruction": "question", "output": "answer"})
    assert isinstance(row, Instruction)
    assert (row.instruction, row.output) == ("a", "b")


def test_a_cell_far_outside_the_table_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "seeds.xlsx", {"A1": "instruction", "A2": "a", "XFD1048576": "z"})
    with pytest.raises(UserError, match="too large, or a cell far outside"):
        read("xlsx", path)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/s.xml", "w") as part:
        for _number in range(520):
            part.write(b" " * (1 << 20))
    with pytest.raises(UserError, match="too large"):
        read("xlsx", path)


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"not a workbook", b""])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "seeds.xlsx"
    path.write_bytes(content)
    with pytest.raises(UserError):
        read("xlsx", path)


def test_a_workbook_is_a_document_of_records_too(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", {"A1": "Name", "B1": "Fee", "A2": "王", "B2": 7.0})
    reader = formats()["xlsx"].parts
    assert reader is not None
    assert list(reader(path, 1)) == [Opened(0), Entry("record", "row 2", {"Name": "王", "Fee": "7"})]


def test_sources_are_all_sheets_that_are_shown_and_rows_are_the_first(tmp_path: Path) -> None:
    names = ("Empty", "Boats", "Fees", "Secret")
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"{" state=&quot;hidden&quot;" if name == "Secret" else ""}/>'
        for n, name in enumerate(names, 1)
    ).replace("&quot;", '"')
    rooted = "".join(
        f'<Relationship Id="r{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, 5)
    )
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels"):
            archive.writestr(name, _PARTS[name])
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{sheets}</sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{rooted}</Relationships>',
        )
        for n, name in enumerate(names, 1):
            cells = ("instruction", f"of {name}") if name != "Empty" else ()
            told = "".join(
                f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'
                for row, text in enumerate(cells, 1)
            )
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{told}</sheetData></worksheet>'
            )
    assert [row.instruction for row in instructions("xlsx", path)] == ["of Boats"]
    reader = formats()["xlsx"].parts
    assert reader is not None
    found = [each.columns["instruction"] for each in reader(path, 1) if isinstance(each, Entry)]
    assert found == ["of Boats", "of Fees"]


def test_a_title_over_the_table_is_no_header(tmp_path: Path) -> None:
    cells: dict[str, str | float] = {"A1": "Report", "A3": "instruction", "B3": "output", "A4": "Sum it.", "B4": "Ten."}
    [row] = instructions("xlsx", _workbook(tmp_path / "a.xlsx", cells))
    assert (row.instruction, row.output) == ("Sum it.", "Ten.")
    cells = {"A1": "instruction", "A2": "Sum it.", "B2": "aside", "A3": "Add it."}
    found = instructions("xlsx", _workbook(tmp_path / "b.xlsx", cells))
    assert [each.instruction for each in found] == ["Sum it.", "Add it."]

"""Every kind of document: its text, headings, tables and pages come out, its navigation does not."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from desktop.core.catalogue import formats
from desktop.core.documents import Block, DocumentPage, Entry, Opened, Part, from_json, to_json
from desktop.core.errors import UserError
from desktop.core.records import Unread
from desktop.core.text import printed
from tests.formats import papers
from tests.formats.walks import surest


def read(id: str, path: Path, first: int = 1) -> list[Part]:
    reader = formats()[id].parts
    assert reader is not None
    parts = list(reader(path, first))
    assert [from_json(json.loads(json.dumps(to_json(part)))) for part in parts] == parts, "it crosses the wire"
    return parts


def blocks(id: str, path: Path) -> list[Block]:
    pages = printed.blocks_of([part for part in read(id, path) if isinstance(part, DocumentPage)])
    return [block for page in pages for block in page.blocks]


def texts(id: str, path: Path) -> list[str]:
    return [block.text for block in blocks(id, path)]


def entries(id: str, path: Path) -> list[Entry]:
    return [part for part in read(id, path) if isinstance(part, Entry)]


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    lines = papers.paragraph(72, 700, ["The fee is due in", "May. It covers the in-", "surance of all boats."])
    path.write_bytes(papers.pdf([[(72, 740, 20, "Fees"), *lines], [], [(72, 700, 11, "The end.")]], pictures=[2]))
    assert surest(path, documents=True) == "pdf"
    assert blocks("pdf", path)[:2] == [
        Block("Fees", level=1),
        Block("The fee is due in May. It covers the insurance of all boats."),
    ]
    parts = read("pdf", path)
    assert parts[0] == Opened(3)
    assert [part.place for part in parts if isinstance(part, Unread)] == ["page 2"]
    assert "picture" in next(str(part.why) for part in parts if isinstance(part, Unread))
    assert [part.number for part in read("pdf", path, 3) if isinstance(part, DocumentPage)] == [3]


def test_lines_that_end_in_parted_words_are_lines_all_the_same(tmp_path: Path) -> None:
    lines = [
        "The harbour of the town is re-",
        "paired every year, for the win-",
        "ter storms do it much harm and",
        "ice.",
    ]
    path = tmp_path / "a.pdf"
    path.write_bytes(papers.pdf([papers.paragraph(72, 700, [*lines, *lines])]))
    sentence = "The harbour of the town is repaired every year, for the winter storms do it much harm and ice."
    assert texts("pdf", path) == [sentence, sentence]
    placed = [line for part in read("pdf", path) if isinstance(part, DocumentPage) for line in part.lines]
    assert [round(one.top - other.top) for one, other in pairwise(placed)] == [14] * 7
    assert {line.left for line in placed} == {72}, "with the rest of the parted word"


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = papers.paragraph(60, 700, [f"the line {n} at the left side" for n in range(8)])
    right = papers.paragraph(330, 700, [f"the line {n} at the right side" for n in range(8)])
    path = tmp_path / "columns.pdf"
    path.write_bytes(papers.pdf([[each for pair in zip(left, right, strict=True) for each in pair]]))
    words = " ".join(texts("pdf", path))
    assert words.index("line 7 at the left") < words.index("line 0 at the right")


@pytest.mark.parametrize("data", [b"%PDF-1.7 broken", papers.pdf([[(72, 700, 11, "Hi")]])[:200]])
def test_a_broken_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged"):
        read("pdf", path)


# ── office ────────────────────────────────────────────────────────────────────────────────────────


def test_a_word_document(tmp_path: Path) -> None:
    import docx

    path = tmp_path / "a.docx"
    made = docx.Document()
    made.add_heading("Handbook", 0)
    made.add_heading("费用", 1)
    made.add_paragraph("会费应在五月缴纳。")
    for item in ("one", "two"):
        made.add_paragraph(item, style="List Bullet")
    table = made.add_table(2, 2)
    for place, text in enumerate(("Name", "Fee", "Ann|B", "12")):
        table.cell(place // 2, place % 2).text = text
    made.save(str(path))
    assert surest(path, documents=True) == "docx"
    assert blocks("docx", path) == [
        Block("Handbook", level=1),
        Block("费用", level=1),
        Block("会费应在五月缴纳。"),
        Block("- one\n- two"),
        Block("| Name | Fee |\n| --- | --- |\n| Ann\\|B | 12 |"),
    ]


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def test_a_word_document_keeps_what_lies_outside_its_plain_paragraphs(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml

    made = docx.Document()
    body = made.element.body
    changed = f"<w:ins>{_run('2 %')}</w:ins><w:del>{_run('3 %', 'delText')}</w:del>"
    field = f"<w:fldSimple>{_run(' (section 4)')}</w:fldSimple>"
    form = f"<w:sdt><w:sdtContent><w:p>{_run('Filled in.')}</w:p></w:sdtContent></w:sdt>"
    box = f"<w:r><w:pict><w:txbxContent><w:p>{_run('In a box.')}</w:p></w:txbxContent></w:pict></w:r>"
    for xml in (
        f"<w:p {_WORD}>{_run('The fee is ')}{changed}{field}.</w:p>",
        form,
        f"<w:p>{_run('Beside:')}{box}</w:p>",
    ):
        body.insert(len(body) - 1, parse_xml(xml if _WORD in xml else xml.replace(">", f" {_WORD}>", 1)))
    style = made.styles.add_style("Clause title", 1)
    style.base_style = made.styles["Heading 3"]
    made.add_paragraph("Default", style="Clause title")
    made.save(str(tmp_path / "a.docx"))
    assert blocks("docx", tmp_path / "a.docx") == [
        Block("The fee is 2 % (section 4)"),
        Block("Filled in."),
        Block("Beside:"),
        Block("In a box."),
        Block("Default", level=3),
    ]


def test_cells_of_a_word_table_stay_under_their_columns(tmp_path: Path) -> None:
    import docx

    made = docx.Document()
    table = made.add_table(3, 3)
    for number, cell in enumerate(each for row in table.rows for each in row.cells):
        cell.text = str(number)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "high"
    table.cell(2, 0).add_table(1, 1).cell(0, 0).text = "inner"
    made.save(str(tmp_path / "a.docx"))
    assert texts("docx", tmp_path / "a.docx") == [
        "| wide |  | 2 |\n| --- | --- | --- |\n| 3 | 4 | high |\n| 6 inner | 7 | high |"
    ]


def test_footnotes_follow_the_paragraph_that_points_at_them(tmp_path: Path) -> None:
    import docx
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part as Stored
    from docx.oxml import parse_xml

    made = docx.Document()
    note = f'<w:footnotes {_WORD}><w:footnote w:id="7"><w:p>{_run("Since 1904.")}</w:p></w:footnote></w:footnotes>'
    name, package = PackURI("/word/footnotes.xml"), made.part.package
    made.part.relate_to(Stored(name, CONTENT_TYPE.WML_FOOTNOTES, note.encode(), package), RELATIONSHIP_TYPE.FOOTNOTES)
    made.add_paragraph("The quay")._p.append(parse_xml(f'<w:r {_WORD}><w:footnoteReference w:id="7"/></w:r>'))
    made.add_paragraph("is old.")
    made.save(str(tmp_path / "a.docx"))
    assert texts("docx", tmp_path / "a.docx") == ["The quay", "Since 1904.", "is old."]


def test_a_chart_is_told_in_figures_and_a_footer_not_at_all(tmp_path: Path) -> None:
    import pptx
    from pptx.chart import data as chart_data
    from pptx.enum.chart import XL_CHART_TYPE

    made: Any = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Revenue"
    for each in made.slide_layouts[5].placeholders:
        if each.placeholder_format.type in (15, 16):  # footer, date
            slide.shapes.clone_placeholder(each)
            slide.placeholders[each.placeholder_format.idx].text = "ACME"
    data: Any = chart_data.CategoryChartData
    data = data()
    data.categories = ["North", "South"]
    data.add_series("2024", (4, 5.5))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 2_000_000, 5_000_000, 3_000_000, data)
    made.save(str(tmp_path / "a.pptx"))
    figures = Block("|  | 2024 |\n| --- | --- |\n| North | 4 |\n| South | 5.5 |")
    assert read("pptx", tmp_path / "a.pptx") == [Opened(1), DocumentPage(1, (Block("Revenue", level=2), figures))]


def test_a_presentation_has_a_page_for_each_slide(tmp_path: Path) -> None:
    import pptx

    path = tmp_path / "a.pptx"
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Boats"
    slide.placeholders[1].text = "Row\nSail"
    slide.notes_slide.notes_text_frame.text = "Say hello."
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(path))
    assert surest(path, documents=True) == "pptx"
    first = Block("Boats", level=2), Block("Row\nSail"), Block("Say hello.")
    assert read("pptx", path) == [Opened(2), DocumentPage(1, first), DocumentPage(2)]


def test_an_encrypted_office_file_is_named_so(tmp_path: Path) -> None:
    for id in ("docx", "pptx"):
        path = tmp_path / f"a.{id}"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        assert surest(path, documents=True) == id
        with pytest.raises(UserError, match="password"):
            read(id, path)


# ── the web, books, text ──────────────────────────────────────────────────────────────────────────


def test_a_web_page_without_what_stands_round_it(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<title>T</title><nav>Home</nav><div class='sidebar'>Ads</div><main><h1>Cats</h1>"
        "<p>Cats are <b>small</b>\n animals.<ul><li>fur<li>claws</ul><table><tr><th>a<th>b<tr><td>1<td>2</table>"
        "<pre>x = 1\n  y</pre><div>last <a href=x>words</a></div></main><footer>Imprint</footer>",
        encoding="utf-8",
    )
    assert surest(path, documents=True) == "html"
    assert blocks("html", path)[0] == Block("Cats", level=1)
    assert texts("html", path)[1:] == [
        "Cats are small animals.",
        "- fur\n- claws",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "```\nx = 1\n  y\n```",
        "last words",
    ]


def test_marks_of_notes_and_of_editors_do_not_run_into_the_words(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<header>Wiki</header><h1>Quays<span class=mw-editsection>[<a href=x>edit</a>]</span></h1><p>A quay"
        "<sup><a href=#n>[1]</a></sup> of 10<sup>3</sup> m<a role=doc-noteref href=#m>2</a>.</p>",
        encoding="utf-8",
    )
    assert texts("html", path) == ["Quays", "A quay of 103 m."]


def test_lists_and_tables_of_a_web_page_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<ol start=3><li>loop<li>pull</ol><table><tr><th>Knot<th colspan=2>Strength<tr><td rowspan=2>Eight<td>dry<td>75"
        "<tr><td>wet<td>80</table>",
        encoding="utf-8",
    )
    assert texts("html", path) == [
        "3. loop\n4. pull",
        "| Knot | Strength |  |\n| --- | --- | --- |\n| Eight | dry | 75 |\n| Eight | wet | 80 |",
    ]


def test_a_table_that_only_puts_things_in_their_places_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<table><tr><td><h3>Notice</h3><p>One.</p><p>Two.</p></td></tr></table>", encoding="utf-8")
    assert blocks("html", path) == [Block("Notice", level=3), Block("One."), Block("Two.")]


def test_a_web_page_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes("<html><head><meta charset=gb2312></head><body><p>中文网页</p></body></html>".encode("gb2312"))
    assert texts("html", path) == ["中文网页"]


def test_markdown(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: x\n---\n# One #\n\n- [A](#a)\n- [B](#b)\n- [C](#c)\n\nText\nhere.\n\nTwo\n---\n"
        "```py\n# no heading\n\n```\n",
        encoding="utf-8",
    )
    assert surest(path, documents=True) == "markdown"
    assert blocks("markdown", path) == [
        Block("One", level=1),
        Block("- [A](#a)\n- [B](#b)\n- [C](#c)", aside="contents"),
        Block("Text\nhere."),
        Block("Two", level=2),
        Block("```py\n# no heading\n\n```"),
    ]


def test_text_in_an_old_encoding_with_chapters(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("第一章 开始\n\n这是一个测试。\n再来一段，长一些。\n".encode("gbk"))
    assert surest(path, documents=True) == "txt"
    assert blocks("txt", path) == [Block("第一章 开始", level=1), Block("这是一个测试。\n再来一段，长一些。")]


def test_text_that_was_broken_into_lines_is_joined(tmp_path: Path) -> None:
    line = "words that fill a line of about seventy letters as mail programs do it"
    path = tmp_path / "a.txt"
    path.write_text(f"{line}\n{line}\nand end here.\n", encoding="utf-8")
    assert texts("txt", path) == [f"{line} {line} and end here."]


def test_wide_blanks_begin_a_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "　　清晨的港口静悄悄的，只有几只海鸥在叫，老周解开缆绳。\n　　他说今天的风不错。\n", encoding="utf-8"
    )
    assert texts("txt", path) == ["清晨的港口静悄悄的，只有几只海鸥在叫，老周解开缆绳。", "他说今天的风不错。"]


def test_a_book_in_reading_order(tmp_path: Path) -> None:
    path = papers.epub(
        tmp_path / "a.epub", {"b b.xhtml": "<h1>First</h1><p>你好。</p>", "a.xhtml": "<p>B</p>", "c": ""}
    )
    assert surest(path, documents=True) == "epub"
    assert blocks("epub", path) == [Block("First", level=1), Block("你好。"), Block("B")]
    assert [part.place for part in read("epub", path) if isinstance(part, Unread)] == ["O/c"]


def test_an_encrypted_book_is_refused_and_one_with_encrypted_fonts_is_not(tmp_path: Path) -> None:
    told = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    for method, locked in (
        ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", True),
        ("http://ns.adobe.com/pdf/enc#RC", False),
    ):
        lock = {"META-INF/encryption.xml": told.format(method)}
        path = papers.epub(tmp_path / f"{locked}.epub", {"a": "<p>A</p>"}, lock)
        if locked:
            with pytest.raises(UserError, match="password"):
                read("epub", path)
        else:
            assert texts("epub", path) == ["A"]


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def test_tables_come_row_by_row_with_their_columns(tmp_path: Path) -> None:
    import duckdb

    rows = [{"Name": "Ann", "Fee": "12"}, {"Name": "王", "Fee": "7"}]
    (tmp_path / "a.csv").write_text("Name,Fee\nAnn,12\n王,7\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    duckdb.sql("COPY (VALUES ('Ann', '12'), ('王', '7')) TO '" + str(tmp_path / "a.parquet") + "'")
    for id, name in (("csv", "a.csv"), ("json", "a.jsonl"), ("parquet", "a.parquet")):
        found = entries(id, tmp_path / name)
        assert [list(each.columns.values()) for each in found] == [["Ann", "12"], ["王", "7"]], id
        assert [each.form for each in found] == ["record", "record"]


def test_cells_of_parquet_become_plain_values(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "a.parquet"
    duckdb.sql(
        "COPY (VALUES ([1, 2], {'a': 1.5}, DATE '2024-05-01', 'x'::BLOB, NULL, 'nan'::DOUBLE)) TO '" + str(path) + "'"
    )
    assert list(entries("parquet", path)[0].columns.values()) == [[1, 2], {"a": 1.5}, "2024-05-01", None, None, None]


# ── functions ─────────────────────────────────────────────────────────────────────────────────────

_OPENAPI = """openapi: 3.0.0
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}, description: Its number}
    get: {operationId: getPet, summary: Look a pet up}
    post:
      summary: Make one
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties: {name: {type: string}, friend: {$ref: '#/components/schemas/Pet'}}
"""


def test_functions_of_an_openapi_file(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(_OPENAPI, encoding="utf-8")
    assert surest(path, documents=True) == "openapi"
    found = [each.columns for each in entries("openapi", path)]
    number = {"type": "integer", "description": "Its number"}
    assert found[0] == {
        "name": "getPet",
        "description": "Look a pet up",
        "parameters": {"type": "object", "properties": {"id": number}, "required": ["id"]},
    }
    assert found[1]["name"] == "post_pets_id"
    assert found[1]["parameters"] == {
        "type": "object",
        "properties": {"id": number, "name": {"type": "string"}, "friend": {}},
        "required": ["id", "name"],
    }


def test_functions_of_a_list_of_schemas(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    function = {"name": "weather", "description": "Tell it", "parameters": schema}
    for name, told in (("a.json", [{"type": "function", "function": function}]), ("b.json", [function])):
        path = tmp_path / name
        path.write_text(json.dumps(told), encoding="utf-8")
        assert surest(path, documents=True) == "openapi"
        assert [each.columns for each in entries("openapi", path)] == [function]


def test_what_describes_no_function_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text("openapi: 3.0.0\npaths: {}\n", encoding="utf-8")
    with pytest.raises(UserError, match="no function"):
        read("openapi", path)

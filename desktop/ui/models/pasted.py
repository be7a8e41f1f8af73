"""Seeds from the clipboard: rows of a table, or one instruction on each line."""

import csv
import io
from collections.abc import Sequence

from desktop.core.records import Instruction

_FIELDS = ("instruction", "input", "output", "task_type", "language")
_NAMES = {
    "instruction": "instruction",
    "input": "input",
    "output": "output",
    "answer": "output",
    "response": "output",
    "task type": "task_type",
    "task_type": "task_type",
    "language": "language",
    "指令": "instruction",
    "输入": "input",
    "输出": "output",
    "回答": "output",
    "答案": "output",
    "任务类型": "task_type",
    "语言": "language",
}


def pasted_rows(text: str, language: str) -> tuple[Instruction, ...]:
    """The rows that `text` holds; those without an instruction are left out.

    Cells are parted by tabs, as spreadsheets copy them: instruction, input, output, task type, language, or in
    the order that a first line of headings names. `language` is what a row without one is said to be in.
    """
    if "\t" not in text:
        return tuple(
            Instruction(instruction=line.strip(), language=language) for line in text.splitlines() if line.strip()
        )
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    table = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t") if any(map(str.strip, row))]
    fields: Sequence[str] = _FIELDS
    if table and all(cell.strip().lower() in _NAMES for cell in table[0] if cell.strip()):
        fields = [_NAMES.get(cell.strip().lower(), "") for cell in table.pop(0)]
    rows = (_row(dict(zip(fields, row, strict=False)), language) for row in table)
    return tuple(row for row in rows if row.instruction)


def _row(cells: dict[str, str], language: str) -> Instruction:
    return Instruction(
        instruction=cells.get("instruction", "").strip(),
        input=cells.get("input", "").strip(),
        output=cells.get("output", "").strip() or None,
        task_type=cells.get("task_type", "").strip(),
        language=cells.get("language", "").strip() or language,
    )

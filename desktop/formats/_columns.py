"""Which column of a file is which field of an instruction, and the rows that follow from it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, listed
from desktop.core.records import Instruction
from desktop.core.shapes import Flaw, Incoming, Preview
from desktop.formats._json_reading import Found, too_deep

FIELD_LIMIT = 10_000_000  # characters

# Each field with the column names that suggest it, the best first. Only a field's own name is taken unasked.
_SUGGESTIONS: Mapping[str, tuple[str, ...]] = {
    "instruction": ("instruction", "question", "prompt", "query", "task", "指令", "问题", "提问", "题目", "問題"),
    "input": ("input", "context", "passage", "输入", "上下文", "材料", "輸入"),
    "output": ("output", "answer", "response", "completion", "target", "输出", "回答", "答案", "回复", "答复", "輸出"),
    "system": ("system", "system_prompt", "系统", "系统提示"),
    "history": ("history", "历史"),
    "task_type": ("task_type", "type", "category", "任务类型", "类型", "类别"),
    "language": ("language", "lang", "语言"),
    "name": ("id", "name", "编号", "名称", "序号"),
    "is_classification": ("is_classification", "classification", "是否分类"),
}
FIELDS = tuple(_SUGGESTIONS)
_CONTENT = ("instruction", "input", "output", "system", "history")  # the rest is also kept with the extra columns

_LOOKED_AT = 50  # rows whose columns are taken for the file's
_SHOWN = 20
_EMPTY = N_("this row is empty")
_NO_INSTRUCTION = N_("this row has no instruction")
_TOO_LONG = N_("this row holds more than 10 million characters")
_BAD_HISTORY = N_("its history is not a list of pairs of instruction and answer")

_YES = ("true", "yes", "1", "是", "y")
_NO = ("false", "no", "0", "否", "n")


def read(
    path: Path, found: Iterable[Found], mapping: Mapping[str, str], *, blank_is_none: bool = False
) -> Iterator[Incoming | Flaw]:
    """The instructions that a file's objects hold.

    Columns that are no content go to `extra`. With `blank_is_none` an empty output counts as unanswered, as in
    tables, which cannot tell the two apart. Raises UserError where no column is the instruction.
    """
    rows = iter(found)
    opening = list(islice(rows, _LOOKED_AT))
    columns = _columns(opening)
    fields = _fields(path, columns, mapping)
    read_row = _Reader(fields, blank_is_none)
    for each in chain(opening, rows):
        yield each if isinstance(each, Flaw) else read_row(*each)


def preview(found: Iterable[Found]) -> Preview:
    """The columns of the first rows, the rows themselves as text, and what each column seems to be."""
    opening = [each for each in islice(found, _LOOKED_AT) if not isinstance(each, Flaw)]
    columns = _columns(opening)
    rows = tuple(tuple(_shown(record.get(column)) for column in columns) for _place, record in opening[:_SHOWN])
    return Preview(columns, rows, _suggested(columns))


class RowError(Exception):
    """A row that cannot be read; the argument says why in the user's language."""


class _Reader:
    """Turns one object after another into instructions."""

    def __init__(self, fields: Mapping[str, str], blank_is_none: bool) -> None:
        self._fields = fields
        self._columns = tuple(fields.get(name, "") for name in _CONTENT)
        self._consumed = frozenset(column for column in self._columns if column)
        self._optional = tuple(fields[name] for name in ("system", "history") if name in fields)
        self._is_plain = fields.keys() <= {"instruction", "input", "output"}
        self._blank_is_none = blank_is_none

    def __call__(self, place: str, record: dict[str, Any]) -> Incoming | Flaw:
        try:
            return self._read(place, record)
        except RowError as flaw:
            return Flaw(place, str(flaw))

    def _read(self, place: str, record: dict[str, Any]) -> Incoming:
        get = record.get
        instruction_column, input_column, output_column, system_column, history_column = self._columns
        instruction, input, output = get(instruction_column), get(input_column), get(output_column)
        expected = 3
        if type(instruction) is not str or type(input) is not str or type(output) is not str:
            instruction = text(instruction, instruction_column)
            input = text(input, input_column)
            output = None if output is None else text(output, output_column)
            expected = 0
        if not instruction or instruction.isspace():
            raise RowError(_(_NO_INSTRUCTION) if any(map(_shown, record.values())) else _(_EMPTY))
        if self._blank_is_none and not output:
            output = None
        if len(instruction) + len(input) + len(output or "") > FIELD_LIMIT:
            raise RowError(_(_TOO_LONG))
        if len(record) == expected and self._is_plain:
            return Incoming(place, Instruction(instruction, input, output))
        # A system text or history that is empty stays a column, so that it comes out again.
        extra = {column: value for column, value in record.items() if column not in self._consumed}
        extra |= {column: record[column] for column in self._optional if column in record and not record[column]}
        check_extra(extra)
        row = Instruction(
            instruction,
            input,
            output,
            text(get(system_column), system_column),
            _history(history) if (history := get(history_column)) else (),
            task_type=self._label(record, "task_type"),
            language=self._label(record, "language"),
            extra=extra,
        )
        is_classification = truth(get(self._fields.get("is_classification", "")))
        return Incoming(place, row, self._label(record, "name"), is_classification)

    def _label(self, record: dict[str, Any], field: str) -> str:
        column = self._fields.get(field)
        return "" if column is None else _shown(record.get(column))[:200]


def text(value: object, column: str) -> str:
    """A cell as text. Raises where it is a list or an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        raise RowError(_("its “{column}” is a list or an object, not text").format(column=column))
    return _shown(value)


def truth(value: object) -> bool | None:
    """Yes, no, or not said."""
    word = _shown(value).strip().lower()
    return True if word in _YES else False if word in _NO else None


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str) if not too_deep(value) else "…"


def check_extra(extra: Mapping[str, object]) -> None:
    """Raises where an extra column could not be stored and written back."""
    for value in extra.values():
        if isinstance(value, list | dict) and too_deep(value):
            raise RowError(_("this row holds lists within lists, too deep to be read"))
        if isinstance(value, str) and len(value) > FIELD_LIMIT:
            raise RowError(_(_TOO_LONG))


def _history(value: object) -> tuple[tuple[str, str], ...]:
    if isinstance(value, str):  # a table holds it as JSON
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise RowError(_(_BAD_HISTORY)) from None
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise RowError(_(_BAD_HISTORY))
    return tuple((text(one, "history"), text(other, "history")) for one, other in value)


def _columns(opening: Sequence[Found]) -> tuple[str, ...]:
    """Every column of the first rows, in the order they are met."""
    seen: dict[str, None] = {}
    for each in opening:
        if not isinstance(each, Flaw):
            seen.update(dict.fromkeys(each[1]))
    return tuple(seen)


def _suggested(columns: Sequence[str]) -> dict[str, str]:
    by_name = {column.strip().lower(): column for column in reversed(columns)}
    suggested: dict[str, str] = {}
    for field, names in _SUGGESTIONS.items():
        found = next((by_name[name] for name in names if name in by_name), None)
        if found is not None:
            suggested[field] = found
    return suggested


def _fields(path: Path, columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Field → column: what the user mapped, then columns that bear a field's own name."""
    for field, column in mapping.items():
        if field not in FIELDS:
            raise UserError(
                _("There is no field called “{name}”.").format(name=field),
                _("Map one of: {names}.").format(names=listed(FIELDS)),
            )
        if columns and column not in columns:
            raise UserError(
                _("“{file}” has no column called “{name}”.").format(file=path.name, name=column),
                _("Its columns are: {names}.").format(names=_listed(columns)),
            )
    taken = set(mapping.values())
    own = {
        field: column
        for field, column in _suggested(columns).items()
        if field not in mapping and column not in taken and _is_own(field, column)
    }
    fields = own | dict(mapping)
    if columns and "instruction" not in fields:
        raise _unmapped(path, columns)
    return fields


def _is_own(field: str, column: str) -> bool:
    return column.strip().lower() == field or (field == "name" and column.strip().lower() == "id")


def _unmapped(path: Path, columns: Sequence[str]) -> UserError:
    suggested = _suggested(columns)
    example = {"instruction": suggested.get("instruction", columns[0])}
    if "output" in suggested:
        example["output"] = suggested["output"]
    options = " ".join(f"--map {field}={_quoted(column)}" for field, column in example.items())
    return UserError(
        _("“{file}” has no column called “instruction”; its columns are: {names}.").format(
            file=path.name, names=_listed(columns)
        ),
        _("Say which column holds the instruction; on the command line: {options}").format(options=options),
    )


def _quoted(column: str) -> str:
    return f'"{column}"' if " " in column else column


def _listed(columns: Sequence[str]) -> str:
    shown = [column if len(column) <= 60 else column[:60] + "…" for column in columns[:30]]
    return listed(shown) + ("…" if len(columns) > 30 else "")

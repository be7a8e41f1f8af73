"""Objects of a JSON or JSON Lines file, one at a time, with what is wrong with the others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import orjson

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.shapes import Flaw, Head
from desktop.formats._json_array import BrokenError, TooDeepError, TooLargeError, elements
from desktop.formats._text import Source, decode, encoding_of, open_source

Found: TypeAlias = "tuple[str, dict[str, Any]] | Flaw"
"""An object and where it stands ("line 7"), or what is wrong there."""

WHOLE = 64 << 20  # bytes up to which an array is parsed in one go, which is fastest
ROW = 64 << 20  # bytes that one row may take
DEPTH = 100  # levels of lists and objects that a row may hold

_PATIENCE = 50  # unreadable lines before the first good one, after which this is no JSON Lines file
_WRAPPERS = ("data", "rows", "examples", "items", "records", "train")
_UNSTORABLE: dict[int, int | None] = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD) | {0: None}

_NOT_JSON = N_("this is not valid JSON")
_NOT_OBJECT = N_("this is not a row with named columns")
_TOO_LONG = N_("this row is larger than 64 MB")
_TOO_DEEP = N_("this row holds lists within lists, too deep to be read")


def objects(path: Path) -> Iterator[Found]:
    """Every object of the file in order. Raises UserError where the file as a whole is not JSON."""
    encoding = encoding_of(path)
    source = open_source(path, encoding)
    try:
        opening = source.read(1 << 16).lstrip()
    finally:
        source.close()
    small = path.stat().st_size <= WHOLE
    if opening.startswith(b"["):
        yield from _whole(path, encoding) if small else _streamed(path, encoding)
    elif opening.startswith(b"{") and small and (single := _single(path, encoding, opening)) is not None:
        yield from _listed(single, wash=True)
    else:
        yield from _lines(path, encoding)


def first_object(head: Head) -> dict[str, Any]:
    """The first object at the start of a file, to tell its format by; empty where there is none."""
    text = decode(head.start).lstrip().removeprefix("[").lstrip()
    try:
        value, _end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return _unwrapped(value)[0] if isinstance(value, dict) else {}


def looks_like_json(head: Head) -> bool:
    """True where the start of a file opens an object or an array of them."""
    text = decode(head.start).lstrip()
    return text.startswith("{") or (text.startswith("[") and text[1:].lstrip().startswith(("{", "]")))


def too_deep(value: object) -> bool:
    """True where lists and objects lie in one another more than DEPTH levels deep."""
    layer = [value]
    for _level in range(DEPTH):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return False
    return True


def clean(value: Any) -> Any:
    """The value without NUL, which no text means, and with U+FFFD for halves of a character.

    One that is too deep stays as it is; whoever takes it up has to refuse it.
    """
    return value if too_deep(value) else _cleaned(value)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_UNSTORABLE) if "\0" in value or not _encodable(value) else value
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(each) for key, each in value.items()}
    return value


def _encodable(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _lines(path: Path, encoding: str) -> Iterator[Found]:
    source = open_source(path, encoding)
    before, _number, after = _("line {number}").partition("{number}")  # pieces join in a third of the time
    blank = _("this line is empty")
    held: list[Flaw] = []  # told once a good row shows that this is JSON Lines, and empty lines that others follow
    number, good = 0, False
    try:
        while line := source.readline(ROW):
            number += 1
            try:
                value = orjson.loads(line)
                if b"\\u0000" in line:
                    value = clean(value)
                why = "" if type(value) is dict else _NOT_OBJECT
            except orjson.JSONDecodeError:
                value, why = _second_look(line, source)
            if why == "":
                if held:
                    yield from held
                    held.clear()
                good = True
                yield f"{before}{number}{after}", value
                continue
            flaw = Flaw(f"{before}{number}{after}", _(why) if line.strip() else blank)
            if good and line.strip():
                yield from held
                held.clear()
                yield flaw
                continue
            held.append(flaw)
            if not good and len(held) > _PATIENCE:
                break
    finally:
        source.close()
    if not good:
        _refuse(path, held, blank)


def _refuse(path: Path, held: list[Flaw], blank: str) -> NoReturn:
    first = next((flaw for flaw in held if flaw.why != blank), None)
    if first is None:
        raise UserError(_("“{file}” is empty.").format(file=path.name), _("Choose a file that holds rows."))
    raise UserError(
        _("“{file}” is not a JSON file that can be read ({place}: {why}).").format(
            file=path.name, place=first.place, why=first.why
        ),
        _("Save it as JSON, as JSON Lines (one object on each line), as CSV or as an Excel file."),
    )


def _second_look(line: bytes, source: Source) -> tuple[Any, str]:
    """What a line is that orjson refuses: the value where the standard library reads it, else why not."""
    if len(line) >= ROW and not line.endswith(b"\n"):
        while (more := source.readline(1 << 20)) and not more.endswith(b"\n"):
            pass
        return None, _TOO_LONG
    return _element(line)


def _lenient(data: bytes, error: orjson.JSONDecodeError) -> Any:
    """The value where it breaks only rules that Python's own writer breaks too: NaN and halves of a character."""
    if "depth" in error.msg:
        raise RecursionError
    if "surrogate" in error.msg or "UTF-8" in error.msg or b"NaN" in data or b"Infinity" in data:
        return clean(json.loads(data.decode("utf-8")))
    raise error


def _single(path: Path, encoding: str, opening: bytes) -> list[Any] | None:
    """The rows of a file that is one object: it may be written over several lines, or wrap a list of rows."""
    line = opening.split(b"\n", 1)[0]
    try:
        several = bool(opening[len(line) :].strip()) and isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        several = False
    if several:
        return None
    try:
        value = orjson.loads(_contents(path, encoding))
    except orjson.JSONDecodeError:
        return None
    return _unwrapped(value) if isinstance(value, dict) else None


def _unwrapped(value: dict[str, Any]) -> list[Any]:
    for name in _WRAPPERS:
        inner = value.get(name)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            return inner
    return [value]


def _contents(path: Path, encoding: str) -> bytes:
    source = open_source(path, encoding)
    try:
        return source.read()
    finally:
        source.close()


def _whole(path: Path, encoding: str) -> Iterator[Found]:
    data = _contents(path, encoding)
    try:
        rows, dirty = orjson.loads(data), b"\\u0000" in data
    except orjson.JSONDecodeError as error:
        try:
            rows, dirty = _lenient(data, error), False
        except RecursionError:
            raise _deep(path) from None
        except ValueError:
            raise _broken(path, data, error) from None
    yield from _listed(rows, wash=dirty)


def _listed(rows: list[Any], *, wash: bool) -> Iterator[Found]:
    place = _("row {number}")
    for number, value in enumerate(rows, 1):
        if isinstance(value, dict):
            yield place.format(number=number), clean(value) if wash else value
        else:
            yield Flaw(place.format(number=number), _(_NOT_OBJECT))


def _streamed(path: Path, encoding: str) -> Iterator[Found]:
    """The rows of an array that is too large to be held in memory."""
    place = _("row {number}")
    source = open_source(path, encoding)
    number = 0
    try:
        for number, element in enumerate(elements(source, ROW), 1):
            value, why = _element(element)
            if why == _NOT_JSON:
                raise _broken_after(path, number - 1)
            yield Flaw(place.format(number=number), _(why)) if why else (place.format(number=number), value)
    except BrokenError:
        raise _broken_after(path, number) from None
    except TooDeepError:
        raise _deep(path) from None
    except TooLargeError:
        raise UserError(
            _("“{file}” holds a row that is larger than 64 MB, after row {number}.").format(
                file=path.name, number=number
            ),
            _("Look there for a quotation mark that is never closed, or remove that row."),
        ) from None
    finally:
        source.close()


def _element(element: bytes) -> tuple[Any, str]:
    try:
        value = orjson.loads(element)
        value = clean(value) if b"\\u0000" in element else value
    except orjson.JSONDecodeError as error:
        try:
            value = _lenient(element, error)
        except RecursionError:
            return None, _TOO_DEEP
        except ValueError:
            return None, _NOT_JSON
    return value, "" if isinstance(value, dict) else _NOT_OBJECT


def _broken_after(path: Path, number: int) -> UserError:
    return UserError(
        _("“{file}” is not valid JSON: it is broken, or breaks off, after row {number}.").format(
            file=path.name, number=number
        ),
        _("Save it again, or repair it in a text editor."),
    )


def _broken(path: Path, data: bytes, error: orjson.JSONDecodeError) -> UserError:
    # orjson counts columns in bytes; a person looks for characters.
    before = data[: error.pos] if data.isascii() else data.decode("utf-8", "replace")[: error.pos].encode()
    line = before.count(b"\n") + 1
    column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
    return UserError(
        _("“{file}” is not valid JSON: something is wrong at line {line}, column {column}.").format(
            file=path.name, line=line, column=column
        ),
        _("Repair it there in a text editor, or save it again."),
    )


def _deep(path: Path) -> UserError:
    return UserError(
        _("“{file}” holds lists within lists, too deep to be read.").format(file=path.name),
        _("Save each row as one flat object with named columns."),
    )

"""Descriptions of functions: an OpenAPI or Swagger file, or a list of function schemas, in JSON or YAML."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from desktop.core.documents import Entry, Opened, Part
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.formats import _archive
from desktop.formats._json_reading import clean, too_deep
from desktop.formats._text import decode, encoding_of, open_text

_LARGEST = 32 << 20  # bytes
_ALIASES = 1_000  # of a YAML file; a few dozen that name one another would unfold without end
_DEEPEST = 8  # references within references
_NODES = 20_000  # of one function, references resolved
_VERBS = ("get", "put", "post", "delete", "patch", "head", "options")
_YAML = re.compile(r"^[\"']?(openapi|swagger)[\"']?\s*:\s*[\"']?\d", re.MULTILINE)
_JSON = re.compile(r"\"(openapi|swagger)\"\s*:\s*\"\d")
_LIST = re.compile(r"\s*(\[\s*)?\{(?=[\s\S]*\"parameters\"\s*:\s*\{)(?=[\s\S]*\"name\"\s*:)[\s\S]*\"properties\"\s*:")
_UNNAMED = re.compile(r"[^A-Za-z0-9]+")


def _sniff(head: Head) -> float:
    if head.start.startswith((b"PK", b"%PDF")):
        return 0.0
    text = decode(head.start)
    if _JSON.search(text[:4_000]) or _YAML.search(text[:8_000]):
        return 0.97
    return 0.6 if _LIST.match(text[:20_000]) and '"messages"' not in text[:2_000] else 0.0


def _parts(path: Path, first: int) -> Iterator[Part]:
    if path.stat().st_size > _LARGEST:
        raise UserError(
            _("“{file}” is too large for a description of functions.").format(file=path.name),
            _("Leave in it the functions that rows are to be made of."),
        )
    with open_text(path, encoding_of(path)) as file:
        described = _parsed(path, file.read())
    yield Opened(0)
    number = 0
    for number, function in enumerate(_functions(described), 1):
        yield Entry("function", _("function {number}").format(number=number), clean(function))
    if not number:
        raise UserError(
            _("“{file}” describes no function.").format(file=path.name),
            _("Choose an OpenAPI file, or a list of objects with a name, a description and parameters."),
        )


def _parsed(path: Path, text: str) -> Any:
    if text.lstrip().startswith(("{", "[")):
        try:
            return orjson.loads(text.encode("utf-8", "replace"))
        except orjson.JSONDecodeError:
            lines = [line for line in text.splitlines() if line.strip()]
            return [orjson.loads(line) for line in lines]
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, loader)) > _ALIASES:
            raise _archive.damaged(path)
        return yaml.load(text, loader)
    except (yaml.YAMLError, RecursionError):
        raise _archive.damaged(path) from None


def _functions(described: Any) -> Iterator[dict[str, Any]]:
    if isinstance(described, Mapping) and isinstance(described.get("paths"), Mapping):
        yield from _operations(described)
        return
    if isinstance(described, Mapping):
        listed = next((described[name] for name in ("functions", "tools") if name in described), [described])
    else:
        listed = described
    for each in listed if isinstance(listed, list) else ():
        inner = each.get("function", each) if isinstance(each, Mapping) else None
        if isinstance(inner, Mapping) and isinstance(inner.get("name"), str) and inner["name"].strip():
            parameters = inner.get("parameters", inner.get("input_schema", inner.get("inputSchema")))
            yield {
                **{name: inner[name] for name in ("name", "description") if isinstance(inner.get(name), str)},
                "parameters": _bounded(parameters, described) if parameters else _object({}, []),
            }


def _operations(described: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for route, operations in described["paths"].items():
        shared = operations.get("parameters", []) if isinstance(operations, Mapping) else []
        for verb in _VERBS if isinstance(operations, Mapping) else ():
            operation = operations.get(verb)
            if isinstance(operation, Mapping):
                yield _operation(described, str(route), verb, operation, shared)


def _operation(
    described: Mapping[str, Any], route: str, verb: str, operation: Mapping[str, Any], shared: Any
) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    own = operation.get("parameters", [])
    for each in [*(shared if isinstance(shared, list) else ()), *(own if isinstance(own, list) else ())]:
        parameter = _bounded(each, described)
        if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
            continue
        if parameter.get("in") == "body":
            _take_body(parameter.get("schema"), properties, required)
            continue
        schema = parameter.get("schema")
        kept = dict(schema) if isinstance(schema, dict) else {"type": parameter.get("type", "string")}
        if isinstance(parameter.get("description"), str):
            kept["description"] = parameter["description"]
        properties[parameter["name"]] = kept
        if parameter.get("required") is True and parameter["name"] not in required:
            required.append(parameter["name"])
    body = _bounded(operation.get("requestBody"), described)
    if isinstance(body, dict) and isinstance(body.get("content"), dict):
        first = next(iter(body["content"].values()), None)
        _take_body(first.get("schema") if isinstance(first, dict) else None, properties, required)
    told = [operation.get(name) for name in ("summary", "description")]
    named = operation.get("operationId")
    return {
        "name": named if isinstance(named, str) and named else _UNNAMED.sub("_", f"{verb}_{route}").strip("_"),
        "description": " ".join(dict.fromkeys(text.strip() for text in told if isinstance(text, str) and text.strip())),
        "parameters": _object(properties, required),
    }


def _take_body(schema: Any, properties: dict[str, Any], required: list[str]) -> None:
    """The fields of a body are arguments like the others; one that has no fields is one argument."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("properties"), dict):
        properties.update(schema["properties"])
        wanted = schema.get("required")
        required += [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
    else:
        properties["body"] = schema


def _object(properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _bounded(value: Any, described: Any) -> Any:
    """The value with its references resolved; what goes round, is too deep, or too much, may be anything: {}."""
    left = [_NODES]

    def resolve(value: Any, within: tuple[str, ...], level: int) -> Any:
        left[0] -= 1
        if left[0] < 0 or level > 40:
            return {}
        if isinstance(value, Mapping):
            if isinstance(target := value.get("$ref"), str):
                if target in within or len(within) == _DEEPEST:
                    return {}
                return resolve(_at(described, target), (*within, target), level + 1)
            return {str(name): resolve(each, within, level + 1) for name, each in value.items()}
        if isinstance(value, list):
            return [resolve(each, within, level + 1) for each in value]
        return value if isinstance(value, str | int | float | bool | None) else str(value)

    found = resolve(value, (), 0)
    return {} if too_deep(found) else found


def _at(described: Any, target: str) -> Any:
    """What a reference within the file points at; nothing where it points elsewhere."""
    if not target.startswith("#/"):
        return {}
    for name in target[2:].split("/"):
        key = name.replace("~1", "/").replace("~0", "~")
        described = described.get(key) if isinstance(described, Mapping) else None
    return described if described is not None else {}


FORMAT = Format(
    title=N_("Functions"),
    summary=N_("Functions of an OpenAPI file, or of a list of function schemas, for tool calls."),
    extensions=(".json", ".yaml", ".yml"),
    options=Options,
    kinds=(),
    sniff=_sniff,
    parts=_parts,
)

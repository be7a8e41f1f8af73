"""What the confined process can do: every task by its name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from desktop.confined import document, picture, sql, template
from desktop.core.records import JsonObject

TASKS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[JsonObject]]] = {
    "document": document.read,
    "picture": picture.draw,
    "sql": sql.run,
    "template": template.render,
}
"""A task is handed a JSON object and yields others; it may raise UserError, or anything at all."""

"""What a folder of leaves offers: every module's one constant, under the module's name as its id."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from desktop.core.errors import UserError
from desktop.core.i18n import _, listed
from desktop.core.shapes import Filter, Format, Method, Selector

T = TypeVar("T")


def methods() -> Mapping[str, Method]:
    """Every way to generate, by id."""
    return _read("desktop.methods", "METHOD", Method)


def filters() -> Mapping[str, Filter]:
    """Every judgement on candidates, by id."""
    return _read("desktop.filters", "FILTER", Filter)


def formats() -> Mapping[str, Format]:
    """Every file format, by id."""
    return _read("desktop.formats", "FORMAT", Format)


def selectors() -> Mapping[str, Selector]:
    """Every way to choose the dataset, by id."""
    return _read("desktop.selectors", "SELECTOR", Selector)


def find(offered: Mapping[str, T], wanted: str) -> T:
    """The entry called `wanted`; a UserError that names what there is where it is missing."""
    if wanted in offered:
        return offered[wanted]
    raise UserError(
        _("There is nothing called “{name}” here.").format(name=wanted),
        _("Choose one of: {names}.").format(names=listed(sorted(offered))),
    )


@cache
def _read(folder: str, constant: str, shape: type[T]) -> Mapping[str, T]:
    package = importlib.import_module(folder)
    found: dict[str, T] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if module.name.startswith("_"):
            continue
        value = getattr(importlib.import_module(f"{folder}.{module.name}"), constant)
        if not isinstance(value, shape):
            raise TypeError(f"{folder}.{module.name}.{constant} is not a {shape.__name__}")
        found[module.name] = value
    return MappingProxyType(found)

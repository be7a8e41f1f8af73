"""How fast a model works on a machine: what a speed test measures, what runs brought, and what is remembered of it."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from desktop.core.records import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Speed:
    """Rates of one model on one machine, of whatever text the test had it read and write."""

    read_per_second: float  # tokens of a prompt that it has not seen
    alone_per_second: float  # tokens written, one text at a time
    together_per_second: float  # tokens written, with all slots at work and their prompts read in between
    slots: int  # texts written side by side
    rows_per_hour: float  # before any is dropped
    row_tokens: int  # written for each row, its judgement included
    measured_at: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Yield:
    """What the last run of a method brought with one model on one machine, by the clock."""

    rows: int  # that passed
    seconds: float
    measured_at: float  # seconds since 1970

    @property
    def per_hour(self) -> float:
        """Passing rows an hour."""
        return 3600 * self.rows / self.seconds if self.seconds else 0.0


def speed_to_json(speed: Speed) -> JsonObject:
    """The figures by their names."""
    figures: dict[str, Json] = asdict(speed)
    return figures


def speed_from_json(stored: Mapping[str, Json] | None) -> Speed | None:
    """The figures that `speed_to_json` made; None for anything else."""
    found = [_figure((stored or {}).get(each.name)) for each in fields(Speed)]
    kept = [each for each in found if each is not None]
    if len(kept) < len(found):
        return None
    read, alone, together, slots, rows, tokens, at = kept
    return Speed(read, alone, together, int(slots), rows, int(tokens), at)


def yields_to_json(yields: Mapping[str, Yield]) -> JsonObject:
    """The figures by method."""
    return {method: asdict(each) for method, each in yields.items()}


def yields_from_json(stored: JsonObject | None) -> Mapping[str, Yield]:
    """The figures that `yields_to_json` made, by method; nothing of anything else."""
    found: dict[str, Yield] = {}
    for method, each in (stored or {}).items():
        named = each if isinstance(each, Mapping) else {}
        rows, seconds, at = (_figure(named.get(name.name)) for name in fields(Yield))
        if rows and seconds and at is not None:
            found[method] = Yield(int(rows), seconds, at)
    return found


def _figure(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value < math.inf else None

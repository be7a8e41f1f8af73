"""What was measured of a model on this machine, remembered from one start to the next."""

from typing import Any, cast

from desktop import __version__
from desktop.core.records import JsonObject
from desktop.engine import hardware
from desktop.engine.cached import read_cached, write_cached

_STORE = "measured.json"  # fingerprint → machine → kind → values
_GIBIBYTE = 2**30


def machine_key() -> str:
    """What a measurement depends on beside the model: processor, cores, memory, graphics, and the engine's build.

    It is read from the system each time, in some milliseconds.
    """
    parts = (
        hardware.processor(),
        f"{hardware.physical_cores()} cores",
        f"{round(hardware.memory() / _GIBIBYTE)} GiB",
        ", ".join(hardware.graphics()) or "no graphics processor",
        f"Seedbed {__version__}",
        hardware.engine_build(),
    )
    return " | ".join(parts)


def recall(fingerprint: str, kind: str) -> JsonObject | None:
    """What was last remembered of a model on this very machine under `kind` ("speed", say); None where nothing was."""
    found: Any = read_cached(_STORE)
    for key in (fingerprint, machine_key(), kind):
        found = found.get(key) if isinstance(found, dict) else None
    return cast(JsonObject, found) if isinstance(found, dict) else None


def remember(fingerprint: str, kind: str, values: JsonObject) -> None:
    """Keep `values` for `recall`; what is known of other models, machines and kinds stays as it is."""
    known = read_cached(_STORE)
    place = known
    for key in (fingerprint, machine_key()):
        if not isinstance(place.get(key), dict):
            place[key] = {}
        place = place[key]
    place[kind] = dict(values)
    write_cached(_STORE, known)

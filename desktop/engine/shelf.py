"""The model files on this computer, and whether each will do, in plain words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.speed import Speed
from desktop.engine import hardware
from desktop.engine.fingerprint import known_fingerprint
from desktop.engine.gguf import Header, read_whole, title
from desktop.engine.nature import Nature, Tuned
from desktop.engine.pace import guess_rows, memory_rate, recall_speed
from desktop.engine.places import find_files
from desktop.engine.sizing import needed

Verdict: TypeAlias = Literal["fits", "slow", "will not fit", "unusable"]

_SLOW = 60.0  # rows an hour
_USELESS: dict[Nature, str] = {
    "ranking": N_("It ranks texts and does not write any."),
    "vocabulary": N_("It holds a vocabulary alone, and no model."),
    "part": N_("It is of use only beside a model: it reads images, or changes what a model writes."),
    "other": N_("It is not made to continue a text, so it cannot write rows."),
}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file, in the words of the Models page."""

    path: Path
    name: str
    verdict: Verdict
    words: str  # the verdict in a sentence
    size: int  # bytes, all parts together
    origin: str = ""  # the program that keeps it
    architecture: str = ""
    parameters: int = 0
    quantisation: str = ""
    context: int = 0  # tokens it was trained for; 0: unknown
    licence: str = ""  # as the file says; empty: it does not say
    has_chat_template: bool = False
    nature: Nature = "text"
    tuned: Tuned = "unknown"
    files: int = 1
    needed: int = 0  # bytes of memory that it takes at least
    speed: Speed | None = None  # as measured on this machine; None: not yet
    guess: tuple[float, float] | None = None  # rows an hour, least and most, where no speed is known
    memory_rate: float = 0.0  # bytes a second that the guess rests on
    fingerprint: str = ""  # SHA-256 over all parts, in hex; empty: not taken yet


@dataclass(frozen=True, slots=True)
class Room:
    """What this machine has for a model now."""

    memory: int
    free: int
    memory_rate: float


def look_round() -> Room:
    """Ask this machine. The first time ever it takes a quarter of a second."""
    return Room(hardware.memory(), hardware.free_memory(), memory_rate())


def find_models(folders: Sequence[Path] = (), files: Sequence[Path] = ()) -> tuple[ModelFile, ...]:
    """Every model in Seedbed's own folder, in `folders`, and in those of other programs, then `files`; each once."""
    room = look_round()
    found = [look_at(each.path, each.name, each.origin, room) for each in find_files(folders)]
    known = {model.path.resolve() for model in found}
    named = (path for path in files if path.is_file() and path.resolve() not in known)
    return (*found, *(look_at(path, room=room) for path in named))


def look_at(path: Path, name: str = "", origin: str = "", room: Room | None = None) -> ModelFile:
    """What a file is, and whether it will do on this machine now. Never raises for a bad file."""
    try:
        header = read_whole(path)
    except UserError as error:
        return ModelFile(path, name or path.name, "unusable", str(error), _size(path), origin)
    room = room or look_round()
    fingerprint = _fingerprint(path)
    speed = recall_speed(fingerprint) if fingerprint else None
    wanted = needed(header.size, header)
    writes = header.nature == "text"
    may_guess = speed is None and writes and wanted <= room.memory
    guess = guess_rows(header, room.memory_rate) if may_guess else None
    rows = speed.rows_per_hour if speed is not None else math.sqrt(math.prod(guess)) if guess is not None else 0.0
    verdict, words = _judge(header, wanted, room, rows)
    return ModelFile(
        path=path,
        name=name or title(path, header),
        verdict=verdict,
        words=words,
        size=header.size,
        origin=origin,
        architecture=header.architecture,
        parameters=header.parameters,
        quantisation=header.quantisation,
        context=header.context,
        licence=header.licence,
        has_chat_template=bool(header.chat_template),
        nature=header.nature,
        tuned=header.tuned,
        files=header.part[1],
        needed=wanted,
        speed=speed,
        guess=guess,
        memory_rate=room.memory_rate,
        fingerprint=fingerprint,
    )


def pace_in_words(model: ModelFile) -> str:
    """How fast it writes rows and how that is known; empty where nothing can be said."""
    if model.speed is not None:
        return _(
            "About {rows} rows an hour before any is dropped, as measured: {alone} tokens a second alone, "
            "{together} with {slots} texts at once."
        ).format(
            rows=f"{rounded(model.speed.rows_per_hour):,}",
            alone=f"{model.speed.alone_per_second:.0f}",
            together=f"{model.speed.together_per_second:.0f}",
            slots=model.speed.slots,
        )
    if model.guess is None:
        return ""
    least, most = (f"{rounded(each, 1):,}" for each in model.guess)
    return _(
        "≈ {least} to {most} rows an hour, the fewer the more other programs do: a guess from its size and the speed "
        "of this computer’s memory ({rate} GB/s). The speed test measures it."
    ).format(least=least, most=most, rate=f"{model.memory_rate / 1e9:.0f}")


def rounded(value: float, digits: int = 2) -> int:
    """A number with no more digits than are known: 2,059.67 is 2,100."""
    return round(float(f"{value:.{digits - 1}e}")) if value >= 1 else 1


def _judge(header: Header, wanted: int, room: Room, rows: float) -> tuple[Verdict, str]:
    if useless := _USELESS.get(header.nature):
        return "unusable", _(useless)
    figures = {"needed": f"{wanted / 1e9:.1f}", "free": f"{room.free / 1e9:.1f}"}
    if wanted > room.memory:
        words = _("Will not fit: it needs about {needed} GB, more than this computer has.")
        return "will not fit", words.format(**figures)
    if wanted > room.free:
        words = _("Will not fit now: it needs about {needed} GB, {free} GB are free. Close other programs.")
        return "will not fit", words.format(**figures)
    if header.nature == "embedding":
        words = _("Compares texts and writes none. Fits: it needs about {needed} GB of {free} GB free.")
        return "fits", words.format(**figures)
    if 0 < rows < _SLOW:
        words = _("Fits, but is slow on this computer, less than a row a minute: about {needed} GB of {free} GB free.")
        return "slow", words.format(**figures)
    return "fits", _("Fits: it needs about {needed} GB of {free} GB free.").format(**figures)


def _fingerprint(path: Path) -> str:
    try:
        return known_fingerprint(path)
    except OSError:
        return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

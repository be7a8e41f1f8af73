"""Ways in which a GGUF file can be damaged, each drawn at random in a place that its header shows."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_ABSURD = (
    0,
    1,
    2,
    255,
    2**16,
    2**20 + 1,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**33,
    2**40,
    2**62,
    2**63 - 1,
    2**63,
    2**64 - 1,
)
_ARCHITECTURES = ("mamba", "bert", "gpt2", "qwen2", "t5", "rwkv6", "phi3", "gemma2", "clip", "llam\xff", "")


@dataclass(frozen=True, slots=True)
class Damage:
    """What to write over a sound file, and where to cut it."""

    words: str
    patches: Sequence[tuple[int, bytes]] = ()
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class _Field:
    place: int
    size: int  # bytes
    name: str


class Anatomy:
    """Where a sound file has its counts, lengths, types, values and tensors."""

    def __init__(self, head: bytes, size: int) -> None:
        self.size = size  # of the whole file
        self.counts = [_Field(8, 8, "tensor count"), _Field(16, 8, "entry count"), _Field(4, 4, "version")]
        self.lengths: list[_Field] = []
        self.types: list[_Field] = []
        self.values: list[_Field] = []
        self.texts: list[_Field] = []
        self.tensors: list[_Field] = []
        self._head = head
        self._place = 24
        tensors, entries = struct.unpack_from("<QQ", head, 8)
        for _entry in range(entries):
            name = self._text("key")
            self._value(name, self._type(name))
        for _tensor in range(tensors):
            name = self._text("tensor name")
            dimensions = self._number(4, self.tensors, f"{name} dimensions")
            for number in range(dimensions):
                self._number(8, self.tensors, f"{name} shape {number}")
            self._number(4, self.tensors, f"{name} type")
            self._number(8, self.tensors, f"{name} offset")
        self.end = self._place  # of the header

    def _value(self, name: str, kind: int) -> None:
        if kind == 8:
            self._text(name)
        elif kind == 9:
            inner = self._type(f"{name} items")
            count = self._number(8, self.lengths, f"{name} count")
            if inner == 8:
                for number in range(count):
                    self._text(f"{name} {number}", keep=number % 5_000 == 0)
            else:
                self.values.append(_Field(self._place, _SIZES[inner], f"{name} 0"))
                self._place += count * _SIZES[inner]
        else:
            self._number(_SIZES[kind], self.values, name)

    def _type(self, name: str) -> int:
        return self._number(4, self.types, f"{name} type")

    def _text(self, name: str, *, keep: bool = True) -> str:
        length = self._number(8, self.lengths if keep else [], f"{name} length")
        if keep:
            self.texts.append(_Field(self._place, length, name))
        self._place += length
        return self._head[self._place - length : self._place].decode("utf-8", "replace")

    def _number(self, size: int, kept: list[_Field], name: str) -> int:
        kept.append(_Field(self._place, size, name))
        self._place += size
        return int.from_bytes(self._head[self._place - size : self._place], "little")

    def text_at(self, name: str) -> _Field | None:
        """Where the text of that name lies."""
        return next((each for each in self.texts if each.name == name), None)


def anatomy(path: Path) -> Anatomy:
    """Read a sound file's header."""
    with path.open("rb") as file:
        return Anatomy(file.read(16 * 2**20), path.stat().st_size)


# ── the kinds of damage ──────────────────────────────────────────────────────────────────────────


def _flip(body: Anatomy, random: Random) -> Damage:
    places = [random.randrange(body.end) for _time in range(random.choice((1, 1, 1, 4, 16)))]
    patches = [(place, bytes((body._head[place] ^ (1 << random.randrange(8)),))) for place in places]
    return Damage(f"{len(places)} bits flipped, the first at {places[0]}", patches)


def _cut_header(body: Anatomy, random: Random) -> Damage:
    place = random.randrange(body.end)
    return Damage(f"cut in the header, at {place}", cut=place)


def _cut_data(body: Anatomy, random: Random) -> Damage:
    place = random.randrange(body.end, body.size)
    return Damage(f"cut in the data, at {place}", cut=place)


def _number(fields: Callable[[Anatomy], Sequence[_Field]]) -> "Kind":
    def damage(body: Anatomy, random: Random) -> Damage:
        field = random.choice(fields(body))
        now = int.from_bytes(body._head[field.place : field.place + field.size], "little")
        wanted = random.choice((*_ABSURD, now + 1, now - 1, now * 2, now // 2)) % 2 ** (8 * field.size)
        return Damage(f"{field.name}: {now} became {wanted}", [(field.place, wanted.to_bytes(field.size, "little"))])

    return damage


def _type(body: Anatomy, random: Random) -> Damage:
    tensor_types = [each for each in body.tensors if each.name.endswith(" type")]
    field = random.choice(random.choice((body.types, tensor_types)))
    wanted = random.choice((*range(45), 2**31, 2**32 - 1))
    return Damage(f"{field.name} became {wanted}", [(field.place, wanted.to_bytes(4, "little"))])


def _text(body: Anatomy, random: Random) -> Damage:
    field = random.choice([each for each in body.texts if each.size])
    return Damage(f"{field.name}: its text became noise", [(field.place, random.randbytes(field.size))])


def _architecture(body: Anatomy, random: Random) -> Damage:
    field = body.text_at("general.architecture")
    if field is None:
        return _text(body, random)
    wanted = random.choice(_ARCHITECTURES).encode("latin-1")[: field.size].ljust(field.size, b"2")
    return Damage(f"the architecture became {wanted!r}", [(field.place, wanted)])


def _template(body: Anatomy, random: Random) -> Damage:
    field = body.text_at("tokenizer.chat_template")
    if field is None:
        return _text(body, random)
    source = random.choice((
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ 'a' | center(9999999) }}{% endfor %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% if",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    ))  # fmt: skip
    words = source.encode()[: field.size].ljust(field.size)
    return Damage(f"the template became {source[:40]}", [(field.place, words)])


def _data(body: Anatomy, random: Random) -> Damage:
    place = random.randrange(body.end, body.size)
    length = min(random.choice((16, 4_096, 2**20, 16 * 2**20)), body.size - place)
    noise = random.choice((bytes(length), b"\xff" * length, random.randbytes(length)))
    return Damage(f"{length} bytes of data overwritten at {place}", [(place, noise)])


Kind = Callable[[Anatomy, Random], Damage]
KINDS: Mapping[str, Kind] = {
    "bits flipped": _flip,
    "cut in the header": _cut_header,
    "cut in the data": _cut_data,
    "absurd count": _number(lambda body: body.counts),
    "absurd length": _number(lambda body: body.lengths),
    "other type": _type,
    "absurd value": _number(lambda body: body.values),
    "absurd tensor": _number(lambda body: body.tensors),
    "noise in a text": _text,
    "other architecture": _architecture,
    "hostile template": _template,
    "noise in the data": _data,
}


def apply(path: Path, damage: Damage) -> None:
    """Damage the file in place."""
    with path.open("r+b") as file:
        for place, content in damage.patches:
            file.seek(place)
            file.write(content)
        if damage.cut is not None:
            file.truncate(damage.cut)


def mend(path: Path, sound: Path, damage: Damage) -> None:
    """Take the damage back, from the sound file."""
    with sound.open("rb") as source, path.open("r+b") as file:
        for place, content in damage.patches:
            source.seek(place)
            file.seek(place)
            file.write(source.read(len(content)))
        if damage.cut is not None:
            source.seek(damage.cut)
            file.seek(damage.cut)
            while piece := source.read(2**20):
                file.write(piece)

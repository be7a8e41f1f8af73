"""Noise: copies of your rows with the slips that people make when they type, and the same answers.

No model is asked. Letters are swapped, dropped, doubled or hit on the neighbouring key; punctuation is left out; in
Chinese, words are written with characters that sound alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Discard, Steps
from desktop.methods import _parts, _protected, _rows
from desktop.methods._wording import Wording, is_han, parted

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 4  # letters of a word that may get a typing error
_PUNCTUATION = ",.;:!?，。；：！？、"
_TRIES = 10
_OWN = N_("Seedbed's own: enough to be met often, and little enough to be read.")


@dataclass(frozen=True)
class NoiseOptions(Options):
    """How many copies, and which slips."""

    copies: int = option(
        1,
        About(
            N_("Copies per row"),
            N_("Every copy has other slips."),
            N_("Seedbed's own: with more, a model learns the slips instead of reading past them."),
            minimum=1,
            maximum=8,
        ),
    )
    share: float = option(
        0.1,
        About(
            N_("Share of the words with a slip"),
            N_("At least one word of each copy. Figures, code, addresses and placeholders stay as they are."),
            _OWN,
            minimum=0.01,
            maximum=0.5,
            step=0.01,
        ),
    )
    where: str = _parts.where_option()
    typing: bool = option(
        True,
        About(
            N_("Typing errors"),
            N_("A letter is swapped with the next, left out, doubled, or is that of a neighbouring key."),
            _OWN,
        ),
    )
    punctuation: bool = option(
        True,
        About(N_("Punctuation left out"), N_("A comma, full stop or question mark is not there."), _OWN),
    )
    homophones: bool = option(
        True,
        About(
            N_("Characters that sound alike"),
            N_("In Chinese texts, such as 在 for 再. The list “homophones” can be your own."),
            _OWN,
        ),
    )


def misheard(lines: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """What is written for a word by mistake, from lines that begin with the word."""
    return {word: wrong for line in lines for word, *wrong in [line.split()] if wrong}


def mistyped(word: str, random: Random) -> str:
    """The word with one slip behind its first letter."""
    place = random.randrange(1, len(word))
    letter = word[place]
    match random.choice(("swap", "drop", "double", "neighbour")):
        case "swap" if place + 1 < len(word):
            return word[:place] + word[place + 1] + letter + word[place + 2 :]
        case "drop":
            return word[:place] + word[place + 1 :]
        case "neighbour" if near := _neighbours(letter):
            return word[:place] + random.choice(near) + word[place + 1 :]
    return word[: place + 1] + word[place:]


def _neighbours(letter: str) -> str:
    for row in _KEYS:
        if (place := row.find(letter)) >= 0:
            return row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    return ""


def _slips(
    text: Wording, options: NoiseOptions, wrong: Mapping[str, Sequence[str]], random: Random
) -> list[Callable[[], None]]:
    """Every slip that could be made in a text; each changes it in place, and keeps the number of its words."""

    def mistype(place: int) -> None:
        text.words[place] = mistyped(text.words[place], random)

    def mishear(place: int) -> None:
        text.words[place] = random.choice(wrong[text.words[place]])

    def forget(place: int) -> None:
        text.gaps[place] = text.gaps[place][1:]

    found: list[Callable[[], None]] = []
    for place, word in enumerate(text.words):
        if options.homophones and word in wrong:
            found.append(partial(mishear, place))
        if options.typing and not is_han(word) and len(word) >= _SHORTEST:
            found.append(partial(mistype, place))
    for place, gap in enumerate(text.gaps):
        if options.punctuation and gap[:1] in _PUNCTUATION and gap and not _protected.spans(gap):
            found.append(partial(forget, place))
    return found


def noisy(text: str, options: NoiseOptions, wrong: Mapping[str, Sequence[str]], random: Random) -> str:
    """The text with slips in the wanted share of its words, as far as they can be made."""
    wording = parted(text)
    slips = _slips(wording, options, wrong, random)
    count = max(1, round(options.share * len(wording.words)))
    for slip in random.sample(slips, min(count, len(slips))):
        slip()
    return str(wording)


def _items(options: NoiseOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: NoiseOptions, context: MethodContext) -> Steps:
    row, random = _rows.row_of(item), Random(item.random_seed)
    wrong = misheard(context.list("homophones"))
    texts = _parts.texts_of(row, options.where)
    seen = {tuple(text.strip() for text in texts.values())}
    rows: list[Instruction] = []
    for _try in range(_TRIES * options.copies):
        said = tuple(noisy(text, options, wrong, random) for text in texts.values())
        if said not in seen and all(said):
            seen.add(said)
            rows.append(_parts.made_from(row, list(texts), said, context, operation="noise"))
        if len(rows) == options.copies:
            break
    if not rows:
        yield Discard("noise", row.instruction, _parts.UNCHANGED)
    return rows


METHOD = Method(
    title=N_("Noise"),
    summary=N_("Copies your rows with the slips of hurried typing and the same answers, without a model."),
    source="Belinkov and Bisk 2018, Synthetic and Natural Noise (arXiv 1711.02173)",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Explian why bread dough must rest befor it is baked"),
        output=N_("While dough rests, the yeast makes gas and the gluten relaxes, so the loaf can rise."),
    ),
    options=NoiseOptions,
    prompts=(),
    lists=("homophones",),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)

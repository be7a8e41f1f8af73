"""Easy data augmentation: copies of your rows with a few words replaced, added, swapped or dropped.

After EDA (Wei and Zou 2019, arXiv 1901.11196; jasonwei20/eda_nlp), with its numbers: each of four operations changes
a tenth of the words, and nine copies are drawn from three of each. Unlike the released script, which keeps the letters
a to z alone, the text stays as it is around the changed words, Chinese is cut by a segmenter, and no copy comes twice.
No model is asked.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from desktop.core.i18n import N_
from desktop.core.lists import brought_along
from desktop.core.options import About, Options, option
from desktop.core.records import Instruction, Item
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Discard, Steps
from desktop.methods import _parts, _rows
from desktop.methods._wording import Wording, parted

Synonyms: TypeAlias = Mapping[str, Sequence[str]]

_LISTED = ("en", "zh")
_ARTICLE = re.compile(r"\b([Aa])n? ([A-Za-z]+)")
_VOWEL = re.compile(r"(?!uni|us[aeu]|eu|one\b|once\b)[aeiou]|hour|honou?r|honest|heir", re.IGNORECASE)
_TRIES = 10  # for each copy that is wanted, until it is one that is not there yet
_SHARE_WHY = N_("EDA (arXiv 1901.11196) changes a tenth of the words in each operation.")


def _share(title: str, help: str) -> Any:
    return option(0.1, About(title, help, _SHARE_WHY, minimum=0.0, maximum=0.5, step=0.05, advanced=True))


@dataclass(frozen=True)
class EdaOptions(Options):
    """How many copies, and how much each operation changes."""

    copies: int = option(
        9,
        About(
            N_("Copies per row"),
            N_("Figures, code, addresses and placeholders stay, but the words around them may change: read such rows."),
            N_("EDA's script makes 9. Its paper advises 16 for 500 rows, 8 for 2,000, and 4 from 5,000 on."),
            minimum=1,
            maximum=32,
        ),
    )
    where: str = _parts.where_option()
    replaced: float = _share(
        N_("Words replaced by synonyms"),
        N_("Share of the words; at least one. 0 leaves this operation out. The list “synonyms” can be your own."),
    )
    inserted: float = _share(
        N_("Synonyms inserted"),
        N_("Share of the words; at least one. 0 leaves this operation out."),
    )
    swapped: float = _share(
        N_("Pairs of words swapped"),
        N_("Share of the words; at least one. 0 leaves this operation out."),
    )
    dropped: float = _share(
        N_("Words dropped"),
        N_("Chance of each word. 0 leaves this operation out."),
    )


def synonyms_of(groups: Sequence[str]) -> Synonyms:
    """What may stand for each word, from lines of words that may stand for one another."""
    found: dict[str, list[str]] = {}
    for group in groups:
        words = group.split()
        for word in words:
            found.setdefault(word, []).extend(other for other in words if other != word)
    return found


def _known(row: Instruction, context: MethodContext) -> Synonyms:
    """The synonyms of the row's language: the project's own, or those that Seedbed brings for English and Chinese."""
    project = context.language.split("-")[0]
    language = (row.language or context.language).split("-")[0]
    if language != project:
        return synonyms_of(brought_along("synonyms", language) if language in _LISTED else ())
    groups = context.list("synonyms")
    is_english = tuple(groups) == brought_along("synonyms", "en")  # what a language without a list of its own is given
    return synonyms_of(() if is_english and language != "en" else groups)


# ── the four operations: each changes a wording in place ─────────────────────────────────────────


def replace_words(text: Wording, count: int, synonyms: Synonyms, random: Random) -> None:
    """Replace so many different words, wherever they stand, by a synonym each."""
    candidates = sorted({word for word in text.words if word.lower() in synonyms})
    for word in random.sample(candidates, min(count, len(candidates))):
        other = _like(random.choice(synonyms[word.lower()]), word)
        text.words = [other if each == word else each for each in text.words]


def insert_synonyms(text: Wording, count: int, synonyms: Synonyms, random: Random) -> None:
    """So many times, put a synonym of some word at some place in its sentence."""
    for _time in range(count):
        known = [place for place, word in enumerate(text.words) if word.lower() in synonyms]
        if known:
            place = random.choice(known)
            sentence = next(each for each in text.sentences() if place in each)
            text.insert(random.choice(sentence), random.choice(synonyms[text.words[place].lower()]))


def swap_words(text: Wording, count: int, random: Random) -> None:
    """So many times, let two words of a sentence change places."""
    sentences = [each for each in text.sentences() if len(each) > 1]
    for _time in range(count if sentences else 0):
        [sentence] = random.choices(sentences, [len(each) for each in sentences])
        one, other = random.sample(sentence, 2)
        text.words[one], text.words[other] = text.words[other], text.words[one]


def drop_words(text: Wording, chance: float, random: Random) -> None:
    """Drop each word with this chance; one always stays."""
    gone = [place for place in range(len(text.words)) if random.random() < chance]
    if len(gone) == len(text.words) and gone:
        gone.remove(random.choice(gone))
    for place in reversed(gone):
        text.drop(place)


def _like(word: str, model: str) -> str:
    """The word with a capital where the model has one."""
    return word[0].upper() + word[1:] if model[0].isupper() else word


def agreeing(text: str, original: str) -> str:
    """English with "a" and "an" as the words behind them now want it."""

    def article(found: re.Match[str]) -> str:
        if found[0] in original or found[2].isupper():
            return found[0]
        vowel = bool(_VOWEL.match(found[2]))
        return f"{found[1]}{'n' if vowel else ''} {found[2]}"

    return _ARTICLE.sub(article, text)


# ── the copies ───────────────────────────────────────────────────────────────────────────────────


def _operations(
    options: EdaOptions, synonyms: Synonyms, random: Random
) -> Mapping[str, tuple[float, Callable[[Wording], None]]]:
    """What each operation is, with its share of the words."""

    def count(text: Wording, share: float) -> int:
        return max(1, int(share * len(text.words)))

    return {
        "replace": (
            options.replaced,
            lambda text: replace_words(text, count(text, options.replaced), synonyms, random),
        ),
        "insert": (
            options.inserted,
            lambda text: insert_synonyms(text, count(text, options.inserted), synonyms, random),
        ),
        "swap": (options.swapped, lambda text: swap_words(text, count(text, options.swapped), random)),
        "drop": (options.dropped, lambda text: drop_words(text, options.dropped, random)),
    }


def copies_of(
    texts: Sequence[str], options: EdaOptions, synonyms: Synonyms, random: Random, *, english: bool = False
) -> list[tuple[str, tuple[str, ...]]]:
    """Up to so many copies of some texts, each with the name of its operation, none twice.

    Where an operation has nothing to change, the others make up for it; a text too short for so many different copies
    has fewer.
    """
    originals = [parted(text) for text in texts]
    seen = {tuple(map(str, originals))}
    made: list[tuple[str, tuple[str, ...]]] = []
    operations = {name: change for name, (share, change) in _operations(options, synonyms, random).items() if share}

    def more(name: str, wanted: int) -> None:
        for _try in range(_TRIES * wanted):
            if wanted == 0:
                break
            copy = [original.copy() for original in originals]
            for wording in copy:
                operations[name](wording)
            said = tuple(map(str, copy))
            if english:
                said = tuple(agreeing(each, text) for each, text in zip(said, texts, strict=True))
            if said not in seen and all(said):
                seen.add(said)
                made.append((name, said))
                wanted -= 1

    for name in operations:
        more(name, options.copies // 4 + 1)
    for name in ("swap", "drop", "replace", "insert"):
        if name in operations:
            more(name, max(0, options.copies - len(made)))
    random.shuffle(made)
    return made[: options.copies]


def _items(options: EdaOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: EdaOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    texts = _parts.texts_of(row, options.where)
    english = (row.language or context.language).split("-")[0] == "en"
    random, synonyms = Random(item.random_seed), _known(row, context)
    copies = copies_of(list(texts.values()), options, synonyms, random, english=english) if texts else []
    if not copies:
        yield Discard("eda", row.instruction, _parts.UNCHANGED)
    return [_parts.made_from(row, list(texts), said, context, operation=name) for name, said in copies]


METHOD = Method(
    title=N_("Words changed (EDA)"),
    summary=N_("Copies your rows with a few words replaced by synonyms, added, swapped or dropped, without a model."),
    source="Wei and Zou 2019, EDA (arXiv 1901.11196), jasonwei20/eda_nlp",
    consumes="rows",
    makes=("instruction",),
    example=Instruction(
        N_("Explain briefly why bread dough must rest before it is cooked."),
        output=N_("While dough rests, the yeast makes gas and the gluten relaxes, so the loaf can rise."),
    ),
    options=EdaOptions,
    prompts=(),
    lists=("synonyms",),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)

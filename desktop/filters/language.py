"""Language: a row that is not in the language the project asks for, or mixes in too much of another, is dropped."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.core.content import answers_of, lead_field_of, lead_of
from desktop.core.i18n import N_, listed
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Row, Span, Text, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.cleaning import URL
from desktop.core.text.han import Han, pattern_of, telling
from desktop.core.text.language import guess, is_in
from desktop.core.text.prose import running
from desktop.filters._verdicts import PASSED, failed

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_LETTER = re.compile(r"[^\W\d_]")
_TOGETHER = 200  # characters of plain lines that are looked at as one
# Tasks whose answer, or whose question, is meant to be in another language.
_BETWEEN = frozenset(
    [
        "translate",
        "translated",
        "translates",
        "translating",
        "translation",
        "translations",
        "translator",
        "arabic",
        "chinese",
        "mandarin",
        "cantonese",
        "dutch",
        "english",
        "finnish",
        "french",
        "german",
        "greek",
        "hebrew",
        "hindi",
        "indonesian",
        "italian",
        "japanese",
        "korean",
        "latin",
        "norwegian",
        "persian",
        "polish",
        "portuguese",
        "russian",
        "spanish",
        "swedish",
        "thai",
        "turkish",
        "ukrainian",
        "urdu",
        "vietnamese",
        "pinyin",
        "romaji",
        "traduce",
        "traducir",
        "traduis",
        "traduire",
        "tradui",
        "übersetze",
        "übersetzen",
        "englische",
        "deutsche",
        "переведи",
        "переведите",
        "перевод",
    ]
)
_WORD = re.compile(r"\w+")
_BETWEEN_UNSPACED = re.compile(
    r"翻译|翻譯|[译訳]|[英法德日韩俄中汉外][语文語]|西班牙语|阿拉伯语|拼音|번역|영어|중국어|"
    r"dịch|tiếng |แปล|ภาษา|ترجم|بال[أإا]نجليزية|بالفرنسية|अनुवाद"
)

_ABOUT_CHARACTERS = re.compile(r"[繁简簡正][体體]")
_ENOUGH = 5  # characters of the seeds that tell, from which they tell how the project writes


@dataclass(frozen=True)
class LanguageOptions(Options):
    """Which languages are wanted, and how much of others is borne with."""

    maximum: float = option(
        0.5,
        About(
            title=N_("Other languages, at most"),
            help=N_(
                "Share of the letters of the instruction, or of the answer, that stand in lines of another language."
            ),
            why=N_(
                "Half is our own bound, above which a field is in the other language. Data-Juicer keeps what "
                "fastText is "
                "0.8 sure of and NeMo Curator 0.3; here a line is unknown, and does not count, under 0.5."
            ),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )
    languages: tuple[str, ...] = option(
        (),
        About(title=N_("Languages"), help=N_("Short names such as en or zh. Empty: the language of the project.")),
    )
    characters: Literal["seeds", "simplified", "traditional", "either"] = option(
        "seeds",
        About(
            title=N_("Chinese characters"),
            help=N_("Where Chinese is wanted: whether it may be written in simplified or in traditional ones."),
            why=N_("Told by the characters that OpenCC's dictionaries give to the one alone."),
            choices={
                "seeds": N_("as most of the seeds"),
                "simplified": N_("simplified"),
                "traditional": N_("traditional"),
                "either": N_("either"),
            },
        ),
    )
    translations: bool = option(
        True,
        About(
            title=N_("Let translations be"),
            help=N_("A row that asks for a translation, or names another language, is not judged."),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Foreign:
    """How much of a field is in other languages: the share of the letters that are of a known language."""

    share: float
    languages: Counter[str]
    spans: tuple[Span, ...]


_NOT_FOREIGN, _UNKNOWN = _Foreign(0.0, Counter(), ()), _Foreign(-1.0, Counter(), ())


def _start(options: LanguageOptions, context: FilterContext) -> Judge:
    wanted = options.languages or (context.language,)
    unwanted = _unwanted(options, context) if any(is_in("zh", each) for each in wanted) else None

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        row = candidate.row
        if options.translations and (row.task_type.startswith("translat") or _is_between(lead_of(row)[:1000])):
            return PASSED
        if unwanted and (verdict := _in_other_characters(row, unwanted, options)):
            return verdict
        found = [_foreign(field, text, wanted) for field, text in _read(row)]
        worst = max(found, key=lambda each: each.share, default=None)
        if worst is None or worst.share < 0:
            return PASSED
        reason = _decide(worst.share, options)
        if reason is None:
            return passing(worst.share)
        names = listed(name for name, _letters in worst.languages.most_common(3))
        reason = Reason(
            N_("Not in the project's language: {share:.0%} of a field is in another ({languages})."),
            {"share": worst.share, "languages": names},
        )
        return failed(reason, worst.spans, worst.share)

    return judge


def _unwanted(options: LanguageOptions, context: FilterContext) -> Han | None:
    """The way of writing Chinese that is not wanted; None where both may be."""
    if options.characters == "either":
        return None
    wanted = options.characters
    if wanted == "seeds":
        said = telling("\n".join(text for seed in context.seeds for _field, text in _read(seed.row)))
        if said.simplified + said.traditional < _ENOUGH:
            return None
        wanted = "simplified" if said.share("simplified") >= 0.5 else "traditional"
    return "traditional" if wanted == "simplified" else "simplified"


def _in_other_characters(row: Row, unwanted: Han, options: LanguageOptions) -> Verdict | None:
    """The verdict on a row with a field in the unwanted characters; None where there is none, or it asked for them."""
    share = 0.0
    for _field, text in _read(row):
        said = telling(text)
        if getattr(said, unwanted) > 1:  # a single one may be a name
            share = max(share, said.share(unwanted))
    if share <= options.maximum or _ABOUT_CHARACTERS.search(lead_of(row)):
        return None
    spans = [Span(field, *match.span()) for field, text in _read(row) for match in pattern_of(unwanted).finditer(text)]
    words = {
        "simplified": N_("Written in simplified Chinese characters ({share:.0%} of those that tell)."),
        "traditional": N_("Written in traditional Chinese characters ({share:.0%} of those that tell)."),
    }
    return failed(Reason(words[unwanted], {"share": share}), spans, share)


def _is_between(lead: str) -> bool:
    """Whether an instruction is about two languages."""
    if not _BETWEEN.isdisjoint(_WORD.findall(lead.lower())):
        return True
    return not lead.isascii() and bool(_BETWEEN_UNSPACED.search(lead))


def _decide(value: float, options: LanguageOptions) -> Reason | None:
    if value <= options.maximum:
        return None
    return Reason(N_("Not in the project's language: {share:.0%} of a field is in another."), {"share": value})


def _read(row: Row) -> Iterator[tuple[str, str]]:
    """The fields that are to be in the language; an input may be anything."""
    if not isinstance(row, Text):
        yield lead_field_of(row), lead_of(row)
    yield from answers_of(row).items()


def _foreign(field: str, text: str, wanted: Sequence[str]) -> _Foreign:
    guessed = [(guess(part).language, start, end, part) for start, end, part in _parts(text)]
    known = [each for each in guessed if each[0]]
    if all(_is_wanted(language, wanted) for language, *_place in known):
        return _NOT_FOREIGN if any(_LETTER.search(each[3]) for each in known) else _UNKNOWN
    others: Counter[str] = Counter()
    spans: list[Span] = []
    letters = 0
    for language, start, end, part in known:
        count = len(_LETTER.findall(part))
        letters += count
        if not _is_wanted(language, wanted):
            others[language] += count
            spans.append(Span(field, start, end))
    return _Foreign(others.total() / letters if letters else -1.0, others, tuple(spans))


def _is_wanted(language: str, wanted: Sequence[str]) -> bool:
    return any(is_in(language, each) for each in wanted)


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """The lines of the running text, short neighbours in the same script together: [start, end) and the words."""
    bare = running(text)
    if "://" in bare or "www." in bare:
        bare = URL.sub(lambda match: " " * len(match[0]), bare)
    if "\n" not in bare:
        if bare and not bare.isspace():
            yield 0, len(bare), bare
        return
    start = end = -1
    for line in _LINE.finditer(bare):
        if start >= 0 and (end - start > _TOGETHER or line[0].isascii() != bare[start:end].isascii()):
            yield start, end, bare[start:end]
            start = -1
        start = line.start() if start < 0 else start
        end = line.end()
    if start >= 0:
        yield start, end, bare[start:end]


FILTER = Filter(
    title=N_("Language"),
    summary=N_("Drops a row whose instruction or answer is in another language than the project's."),
    source=N_("fastText lid.176; Data-Juicer, NeMo Curator"),
    options=LanguageOptions,
    start=_start,
    value_title=N_("Share in other languages"),
    cut="maximum",
    decide=_decide,
    dropped_as=N_("in another language"),
)

"""What a text asks for, by light rules: the verb of an instruction with its object, its words that carry content."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile

from desktop.core.lists import brought_along
from desktop.core.text.words import UNSPACED, tokens

TAGGED = ("en", "zh")
"""The languages in which `verb_and_object` finds anything."""

_READ = 400  # characters that are looked at
_ENGLISH = re.compile(r"[a-z]+(?:['’-][a-z]+)*|[.,;:!?()\"“”\n]")
_AFTER = 12  # words after the verb in which its object stands
# What stands before a noun or ends its phrase; never the object itself.
_OWNERS = "a an the this that these those my your our his her its their some any no each"
_COUNTED = (
    "every all both several many few more most me us him them you it one two three four five six seven eight nine ten"
)
_RELATIONS = (
    "of in on at by for from to into with without about above below under over between among through during before"
    " after"
)
_TURNS = (
    "and or but so if then that which who whom whose what when where why how as using based such like than is are was"
    " were be being can could should would will given because while whether"
)
_BEFORE = frozenset(f"{_OWNERS} {_COUNTED}".split())
_ENDS = frozenset(f"{_RELATIONS} {_TURNS}".split())
_NOUN_AFTER = frozenset(f"{_OWNERS} of in on at by for with from".split())  # "the list": no verb
_CLAUSE_ENDS = frozenset(".;:!?\n。！？；：")
_SAYS_LITTLE = "请 能 可以 要 想 需要 是 有 让 会 用 使用 根据 给 帮 帮助 进行 请问 希望 可 来 到"
_LIGHT_ZH = frozenset(_SAYS_LITTLE.split())
_TAKES_OBJECT_FIRST = frozenset(("把", "将"))
_KATAKANA_OR_HAN = re.compile("[\u4e00-\u9fff\u3005]{2,}|[\u30a1-\u30fa\u30fc]{2,}")
_UNCUT = frozenset(("th", "lo", "km", "my"))  # no space between words, and nothing here that finds them
_SHORTEST = 3  # letters of a content word in an alphabet
_ONLY_UNSPACED = re.compile(f"[{UNSPACED}]+")


def verb_and_object(text: str, language: str) -> tuple[str, str] | None:
    """The first verb that asks and its object, as in Self-Instruct's figure 3; None where no object is found.

    English by a rule of our own over a list of verbs (the last word of the noun phrase after it), Chinese by the parts
    of speech of rjieba. It is light: about what a reader skims, no parse.
    """
    if language == "en":
        return _english(text[:_READ].lower())
    return _chinese(text[:_READ]) if language == "zh" else None


def content_words(text: str, language: str) -> Iterator[str]:
    """The words of a text that say what it is about, folded, each as often as it stands there.

    Chinese: nouns of two characters or more. Japanese: runs of Han or of Katakana. Thai, Lao, Khmer, Burmese: none,
    for nothing here cuts them into words. Others: words of three letters (Korean: two) that are on no stop list.
    """
    if language in _UNCUT:
        return
    stops = _stop_words(language)
    if language == "zh":
        yield from (word for word, tag in _tagged(text) if tag.startswith("n") and len(word) > 1 and word not in stops)
    elif language == "ja":
        yield from _KATAKANA_OR_HAN.findall(text)
    else:
        shortest = 2 if language == "ko" else _SHORTEST
        for word in tokens(text):
            if len(word) >= shortest and word not in stops and not word.isdigit() and not _ONLY_UNSPACED.match(word):
                yield word


def _english(text: str) -> tuple[str, str] | None:
    words = _ENGLISH.findall(text)
    verbs = _verbs()
    for place, word in enumerate(words):
        if word in verbs and (place == 0 or words[place - 1] not in _NOUN_AFTER):
            after = place + 1 + 2 * (words[place + 1 : place + 3] == ["up", "with"])
            found = _head(words[after : after + _AFTER], verbs)
            return (word, found) if found else None
    return None


def _head(words: list[str], verbs: frozenset[str]) -> str:
    """The head of the noun phrase that these words begin with; "" where they begin with none."""
    head = ""
    for place, word in enumerate(words):
        if (word in _BEFORE and not head) or word.endswith("ly"):
            continue
        if word in _ENDS or word in _BEFORE or not word[0].isalpha():
            break
        if head and word in verbs and words[place - 1] in _ENDS:
            break
        head = word
    return _singular(head)


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) > 4 and word.endswith("ies") and word not in ("series", "species", "movies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word != "series":
        return word[:-1]
    return word


def _chinese(text: str) -> tuple[str, str] | None:
    pieces = _tagged(text)
    verb = next((at for at, (word, tag) in enumerate(pieces) if tag.startswith("v") and word not in _LIGHT_ZH), None)
    if verb is None:
        return None
    before = next((at for at in range(verb) if pieces[at][0] in _TAKES_OBJECT_FIRST), None)
    found = "" if before is None else _noun(pieces[before + 1 : verb])
    found = found or _noun(pieces[verb + 1 : verb + 1 + _AFTER])
    return (pieces[verb][0], found) if found else None


def _noun(pieces: list[tuple[str, str]]) -> str:
    """The first noun of a clause that is not put before another one with 的."""
    clause = list(takewhile(lambda piece: piece[0] not in _CLAUSE_ENDS, pieces))
    found = ""
    for at, (word, tag) in enumerate(clause):
        follows = clause[at + 1] if at + 1 < len(clause) else ("", "")
        if tag.startswith("n"):
            found = word
            if follows[0] != "的" and not follows[1].startswith("n"):
                return word
    return found


def _tagged(text: str) -> list[tuple[str, str]]:
    import rjieba

    found: list[tuple[str, str]] = rjieba.tag(text)
    return found


@cache
def _verbs() -> frozenset[str]:
    return frozenset(brought_along("asking_verbs", "en"))


@cache
def _stop_words(language: str) -> frozenset[str]:
    """Those of a language; where it has no list, none: English ones say nothing of it."""
    words = frozenset(brought_along("stop_words", language))
    if language == "en":
        return words | _verbs()
    return words if words != frozenset(brought_along("stop_words", "en")) else frozenset()

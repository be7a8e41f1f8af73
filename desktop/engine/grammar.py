"""GBNF, the grammars of llama.cpp, as automata that are built while they are walked.

llama.cpp's own grammars look at every word of the vocabulary for every token, cannot say what must come next, and may
abort the process on rules they do not like. Here a state knows which characters may follow, remembers where each led,
and says where only one may come, so that forced text need not be drawn at all.
The notation is that of llama.cpp's grammars/README.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_MOST_ELEMENTS = 100_000  # of all rules, repetitions written out
_MOST_WAYS = 4_000  # to go on from one state
_MOST_STATES = 20_000  # that are remembered
_LONGEST_FORCED = 512  # characters
_MANY = 17  # characters: a digit or a sign are few, a letter is one of many

Chars: TypeAlias = tuple[bool, tuple[tuple[str, str], ...]]
"""Whether the ranges are what may not come, and the ranges, both ends included."""

Element: TypeAlias = "Chars | int"
"""Characters, or the number of a rule."""

Alternate: TypeAlias = tuple[Element, ...]


class GrammarError(ValueError):
    """Rules that cannot be read or followed, and why."""


# ── walking ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class _Node:
    """A place in an alternate, and where to go on behind it. The same place is the same object."""

    alternate: Alternate
    place: int
    rest: "_Node | None"


_Way: TypeAlias = "tuple[Alternate, int, _Node | None]"


@dataclass(eq=False, repr=False, slots=True)
class State:
    """What may come next."""

    nodes: frozenset[_Node]  # each stands before characters
    may_end: bool
    known: "dict[str, State | None]" = field(default_factory=dict)
    few: str | None = None  # the characters that may come; "" where they are many, None while unknown
    tokens: tuple[int, ...] | None = None  # all that may come; whoever knows the vocabulary keeps them here


class Grammar:
    """A grammar from its start. `State`s of it are walked with `after`."""

    def __init__(self, text: str, *, compact: bool = False) -> None:
        """Raises GrammarError where the rules cannot be read, or call themselves without reading a character.

        `compact`: the rules were made of a JSON schema, and white space is to stand behind commas and colons only.
        The usual rules let a model put some nearly everywhere, which costs tokens and leaves nothing forced.
        """
        tokens = list(_tokens(_STRICT.sub(_STRICT_RULE, text) if compact else text))
        self._rules = _Parser(_compact(tokens) if compact else tokens).rules()
        self._nodes: dict[tuple[int, int, int], _Node] = {}
        self._states: dict[tuple[frozenset[_Node], bool], State] = {}
        self.start = self._state([(each, 0, None) for each in self._rules[0]])

    def after(self, state: State, text: str) -> State | None:
        """The state after more text; None where the text may not come."""
        for character in text:
            if character not in state.known:
                state.known[character] = self._step(state, character)
            following = state.known[character]
            if following is None:
                return None
            state = following
        return state

    def allows_between(self, state: State, low: str, high: str) -> bool:
        """Whether some character from `low` to `high` may come next: the bytes of one may come one by one."""
        return any(_meets(node.alternate[node.place], low, high) for node in state.nodes)

    def forced(self, state: State) -> str:
        """The text that must come next, as far as there is no choice."""
        text: list[str] = []
        while len(text) < _LONGEST_FORCED and len(only := self.few(state)) == 1:
            text.append(only)
            following = self.after(state, only)
            if following is None:
                break
            state = following
        return "".join(text)

    def few(self, state: State) -> str:
        """The characters that may come next; empty where they are many, or none need come."""
        if state.few is None:
            state.few = "" if state.may_end else _few_characters(state.nodes)
        return state.few

    def _step(self, state: State, character: str) -> State | None:
        ways = [
            (node.alternate, node.place + 1, node.rest)
            for node in state.nodes
            if _matches(node.alternate[node.place], character)
        ]
        return self._state(ways) if ways else None

    def _state(self, ways: list[_Way]) -> State:
        """What may come where one may go on in any of these ways: rules are opened until characters come."""
        kept: set[_Node] = set()
        seen: set[tuple[int, int, int]] = set()
        may_end = False
        while ways:
            alternate, place, rest = ways.pop()
            while place == len(alternate) and rest is not None:
                alternate, place, rest = rest.alternate, rest.place, rest.rest
            if place == len(alternate):
                may_end = True
                continue
            key = (id(alternate), place, id(rest))
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > _MOST_WAYS:
                raise GrammarError("a rule calls itself before it reads a character, or there are too many ways to go")
            element = alternate[place]
            if not isinstance(element, int):
                kept.add(self._node(alternate, place, rest))
                continue
            # What is behind the last element need not be remembered: a list of a thousand items stays as deep as one.
            behind = rest if place + 1 == len(alternate) else self._node(alternate, place + 1, rest)
            ways += [(each, 0, behind) for each in self._rules[element]]
        if not kept and not may_end:
            raise GrammarError("a rule has no end")
        if len(self._states) > _MOST_STATES:
            self._states.clear()
        found = frozenset(kept), may_end
        return self._states.setdefault(found, State(*found))

    def _node(self, alternate: Alternate, place: int, rest: _Node | None) -> _Node:
        key = (id(alternate), place, id(rest))
        if key not in self._nodes:
            self._nodes[key] = _Node(alternate, place, rest)
        return self._nodes[key]


def _matches(element: Element, character: str) -> bool:
    if isinstance(element, int):
        return False
    inverted, ranges = element
    return any(low <= character <= high for low, high in ranges) != inverted


def _meets(element: Element, low: str, high: str) -> bool:
    if isinstance(element, int):
        return False
    inverted, ranges = element
    if inverted:
        return not any(first <= low and high <= last for first, last in ranges)
    return any(first <= high and low <= last for first, last in ranges)


def _few_characters(nodes: frozenset[_Node]) -> str:
    """The characters that they wait for; empty where these are many."""
    found: set[str] = set()
    for node in nodes:
        element = node.alternate[node.place]
        if isinstance(element, int) or element[0]:
            return ""
        for low, high in element[1]:
            if ord(high) - ord(low) >= _MANY:
                return ""
            found.update(map(chr, range(ord(low), ord(high) + 1)))
    return "".join(sorted(found)) if len(found) < _MANY else ""


# ── reading rules ────────────────────────────────────────────────────────────────────────────────

_TOKEN = re.compile(
    r"""(?P<space>(?:\s|\#[^\n]*)+)|(?P<define>[A-Za-z0-9_-]+\s*::=)|(?P<name>[A-Za-z0-9_-]+)"""
    r"""|(?P<literal>"(?:[^"\\\n]|\\.)*")|(?P<chars>\[(?:[^\]\\\n]|\\.)*\])|(?P<times>\{\s*\d*\s*,?\s*\d*\s*\})"""
    r"""|(?P<sign>[|()*+?.])""",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ANY: Chars = (True, ())
_Token: TypeAlias = tuple[str, str]  # its kind and its text
_STRICT = re.compile(r"^char ::= .*$", re.MULTILINE)
_STRICT_RULE = r"""char ::= [^"\\\\\\x00-\\x1F\\x7F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})"""
"""The usual rule lets a line end within a string, which no reader of JSON takes."""


class _Parser:
    """Reads rules by descent; repetitions become rules of their own."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._numbers: dict[str, int] = {"root": 0}
        self._rules: dict[int, tuple[Alternate, ...]] = {}
        self._size = 0

    def rules(self) -> list[tuple[Alternate, ...]]:
        """The rules by number, "root" first."""
        while self._peek():
            name = self._take("define").removesuffix("::=").rstrip()
            self._rules[self._number(name)] = self._alternates(0)
        missing = [name for name, number in self._numbers.items() if number not in self._rules]
        if missing:
            raise GrammarError(f"the rule {missing[0]} is missing")
        return [self._rules[number] for number in range(len(self._rules))]

    def _alternates(self, depth: int) -> tuple[Alternate, ...]:
        if depth > 100:
            raise GrammarError("too many brackets within brackets")
        found = [self._sequence(depth)]
        while self._peek() == "|":
            self._place += 1
            found.append(self._sequence(depth))
        return tuple(found)

    def _sequence(self, depth: int) -> Alternate:
        found: list[Element] = []
        while True:
            kind, text = self._tokens[self._place] if self._place < len(self._tokens) else ("", "")
            if kind in ("", "define") or text in ("|", ")"):
                return tuple(found)
            self._place += 1
            found += self._repeated(self._one(kind, text, depth))

    def _one(self, kind: str, text: str, depth: int) -> list[Element]:
        if kind == "literal":
            return [(False, ((each, each),)) for each, _escaped in _characters(text[1:-1])]
        if kind == "chars":
            return [_class(text[1:-1])]
        if kind == "name":
            return [self._number(text)]
        if text == ".":
            return [_ANY]
        if text == "(":
            number = self._new(self._alternates(depth + 1))
            if self._peek() != ")":
                raise GrammarError("a bracket is not closed")
            self._place += 1
            return [number]
        raise GrammarError(f"{text} stands where nothing can be repeated")

    def _repeated(self, elements: list[Element]) -> list[Element]:
        kind, text = self._tokens[self._place] if self._place < len(self._tokens) else ("", "")
        if text not in ("*", "+", "?") and kind != "times":
            return elements
        self._place += 1
        least, most = _bounds(text)
        if not elements:
            return []
        if most is not None and (most < least or most > 10_000):
            raise GrammarError(f"{text} is no number of times")
        self._grow((least + (most or least)) * len(elements))
        tail: list[Element] = []
        if most is None:
            number = self._new(())
            self._rules[number] = ((*elements, number), ())
            tail = [number]
        else:
            for _time in range(most - least):
                tail = [self._new(((*elements, *tail), ()))]
        return elements * least + tail

    def _new(self, alternates: tuple[Alternate, ...]) -> int:
        number = self._number(f"({len(self._numbers)})")
        self._rules[number] = alternates
        return number

    def _number(self, name: str) -> int:
        self._grow(1)
        return self._numbers.setdefault(name, len(self._numbers))

    def _grow(self, elements: int) -> None:
        self._size += elements
        if self._size > _MOST_ELEMENTS:
            raise GrammarError("it is too large")

    def _peek(self) -> str:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else ""

    def _take(self, kind: str) -> str:
        found, text = self._tokens[self._place]
        if found != kind:
            raise GrammarError(f"{text[:40]} stands where a rule should begin")
        self._place += 1
        return text


def _compact(tokens: list[_Token]) -> list[_Token]:
    """Rules of a JSON schema with one space behind each comma and colon, and none elsewhere."""
    found: list[_Token] = []
    for token in tokens:
        if token != ("name", "space"):
            found.append(token)
        elif found and found[-1] in (("literal", '","'), ("literal", '":"')):
            found[-1] = ("literal", found[-1][1][:2] + ' "')
    return found


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise GrammarError(f"{text[place : place + 20]!r} cannot be read")
        if match.lastgroup != "space":
            yield match.lastgroup, match[0]
        place = match.end()


def _characters(text: str) -> Iterator[tuple[str, bool]]:
    """The characters of a literal or class, and whether each was written as an escape."""
    place = 0
    while place < len(text):
        if text[place] != "\\":
            yield text[place], False
            place += 1
            continue
        match = _ESCAPE.match(text, place)
        if match is None:
            raise GrammarError("an escape is cut off")
        number = match[1] or match[2] or match[3]
        if number and int(number, 16) > 0x10FFFF:
            raise GrammarError("a character that does not exist")
        yield chr(int(number, 16)) if number else _ESCAPES.get(match[4], match[4]), True
        place = match.end()


def _class(text: str) -> Chars:
    inverted = text.startswith("^")
    characters = list(_characters(text[1:] if inverted else text))
    ranges: list[tuple[str, str]] = []
    place = 0
    while place < len(characters):
        low = characters[place][0]
        if place + 2 < len(characters) and characters[place + 1] == ("-", False):
            ranges.append((low, characters[place + 2][0]))
            place += 3
        else:
            ranges.append((low, low))
            place += 1
    return inverted, tuple(ranges)


def _bounds(text: str) -> tuple[int, int | None]:
    simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if text in simple:
        return simple[text]
    least, comma, most = text[1:-1].replace(" ", "").partition(",")
    if not least and not most:
        raise GrammarError(f"{text} is no number of times")
    return int(least or 0), (int(most) if most else None) if comma else int(least or 0)

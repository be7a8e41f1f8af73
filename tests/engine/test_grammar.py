"""A grammar lets through what llama.cpp's would, says what must come, and survives every text that calls itself one."""

import json
import re
from typing import Any

import pytest

from desktop.engine.grammar import Grammar, GrammarError


def reads(grammar: Grammar, text: str) -> bool:
    """Whether the whole text is one of the grammar's."""
    state = grammar.after(grammar.start, text)
    return state is not None and state.may_end


@pytest.mark.parametrize(
    ("rules", "texts", "others"),
    [
        ('root ::= "a" "b"', ["ab"], ["", "a", "b", "abc"]),
        ('root ::= "ja" | "nein"', ["ja", "nein"], ["j", "jan"]),
        ("root ::= [a-c]+", ["a", "abcabc"], ["", "d", "abd"]),
        ("root ::= [^0-9]*", ["", "你好 ä"], ["1", "a1"]),
        ('root ::= "x"{2,4}', ["xx", "xxx", "xxxx"], ["x", "xxxxx"]),
        ('root ::= "x"{2}', ["xx"], ["x", "xxx"]),
        ('root ::= "x"{2,}', ["xx", "x" * 50], ["x"]),
        ('root ::= "x"{,2} "y"?', ["", "x", "xx", "xxy", "y"], ["xxx", "yy"]),
        ('root ::= ("a" | "b" "c")* # a remark\n', ["", "abcbca"], ["b", "ac"]),
        ('root ::= .  other\nother ::= "!"', ["a!", "你!"], ["!", "a"]),
        ('root ::= "\\"" [\\x41-\\u0043\\]] "\\n"', ['"A\n', '"]\n'], ['"D\n', "A"]),
        ('root ::= item ("," item)*\nitem ::= [0-9] | "(" root ")"', ["1", "1,(2,(3)),4"], ["1,", "(1", "1)"]),
        ('root ::= (("a"?)*)*', ["", "aaa"], ["b"]),
        ('root ::= ""', [""], ["a"]),
        ("root ::= [你-好]", ["你"], ["a"]),
        ('root ::= "a-b" [a-]', ["a-ba", "a-b-"], ["a-bb"]),
    ],
)
def test_it_reads_its_texts_and_no_others(rules: str, texts: list[str], others: list[str]) -> None:
    grammar = Grammar(rules)
    assert [text for text in texts if not reads(grammar, text)] == []
    assert [text for text in others if reads(grammar, text)] == []


@pytest.mark.parametrize(
    "rules",
    ["", "x", 'x ::= "a"', "root ::= missing", 'root ::= "a', "root ::= [a", 'root ::= ("a"', 'root ::= "a")',
     'root ::= root "x" | "y"', "root ::= a\na ::= b\nb ::= a", 'root ::= "a"{3,2}', 'root ::= "a"{,}', "root ::= *",
     "root ::= " + '"a"{9999} ' * 20, "root ::= " + "(" * 500 + '"a"' + ")" * 500, 'root ::= "\\', "root ::= \x00",
     'root ::= "a"{99999999}', 'root "a"', "root ::= [\\U99999999]"],
)  # fmt: skip
def test_what_cannot_be_followed_is_said(rules: str) -> None:
    with pytest.raises(GrammarError):
        grammar = Grammar(rules)
        grammar.after(grammar.start, "a")


def test_what_must_come_is_known() -> None:
    grammar = Grammar('root ::= "Name: " [a-z]+ (", aged " | ", asleep") "."')
    assert grammar.forced(grammar.start) == "Name: "
    state = grammar.after(grammar.start, "Name: bo,")
    assert state is not None
    assert grammar.forced(state) == " a"
    state = grammar.after(state, " as")
    assert state is not None
    assert grammar.forced(state) == "leep."


def test_a_forced_text_without_end_is_cut() -> None:
    grammar = Grammar('root ::= "a" root')
    assert set(grammar.forced(grammar.start)) == {"a"}


def test_a_character_may_come_byte_by_byte() -> None:
    grammar = Grammar("root ::= [你-好]+")
    assert grammar.allows_between(grammar.start, "\u4f00", "\u4fff")
    assert not grammar.allows_between(grammar.start, "\u3000", "\u3fff")
    assert Grammar("root ::= [^a]").allows_between(Grammar("root ::= [^a]").start, "\x00", "\x7f")


def test_long_lists_stay_shallow() -> None:
    grammar = Grammar('root ::= "[" [0-9] ("," [0-9])* "]"')
    assert reads(grammar, "[" + ",".join("5" * 20_000) + "]")


# ── JSON schemas ─────────────────────────────────────────────────────────────────────────────────

PET: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 8},
        "age": {"type": "integer"},
        "space": {"type": "string"},
        "tags": {"type": "array", "items": {"enum": ["a, b", "c: d"]}, "minItems": 1, "maxItems": 3},
    },
    "required": ["name", "age", "space", "tags"],
    "additionalProperties": False,
}


def of_schema(schema: dict[str, Any]) -> Grammar:
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    return Grammar(json_schema_to_gbnf(json.dumps(schema)), compact=True)


def test_json_is_written_as_json_is_usually_written() -> None:
    grammar = of_schema(PET)
    pet = json.dumps({"name": "Bo \n", "age": -3, "space": "你好", "tags": ["a, b", "c: d"]}, ensure_ascii=False)
    assert reads(grammar, pet)
    assert not reads(grammar, re.sub(": ", ":", pet))
    assert not reads(grammar, pet + " ")
    assert grammar.forced(grammar.start) == '{"name": "'
    state = grammar.after(grammar.start, '{"name": "Bo", "age": 3,')
    assert state is not None
    assert grammar.forced(state) == ' "space": "'


@pytest.mark.parametrize("text", ['"a\nb"', '"a\x00"', '"\\x"', '"\\u12g4"', '"open', "'a'", '"a"b"'])
def test_a_string_is_one_that_json_reads(text: str) -> None:
    grammar = of_schema({"type": "string"})
    assert not reads(grammar, text)
    for good in ('"a"', '"\\n\\u00e4\\""', '"你"', '""'):
        assert reads(grammar, good)
        json.loads(good)


def test_few_characters_are_named_and_many_are_not() -> None:
    for rules, few in (('"fa" | "no" | [0-2]', "012fn"), ("[a-z]", ""), ('[^"]', ""), ('"a" | [^b]', ""), ('"a"?', "")):
        grammar = Grammar(f"root ::= {rules}")
        assert grammar.few(grammar.start) == few

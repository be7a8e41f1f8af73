"""Measures of texts: readability, lexical diversity, ratio, code, contamination, personal data, profanity."""

import json
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Instruction
from desktop.core.text.reading import mtld, reading_of
from tests.filters.rows import ask, candidate, start


def test_flesch_equals_the_calculation_by_hand() -> None:
    read = reading_of("The cat sat on the mat. The dog ran to the red barn.")
    assert read is not None
    assert (read.sentences, read.words, read.syllables) == (2, 13, 13)
    assert read.flesch == pytest.approx(206.835 - 1.015 * 6.5 - 84.6 * 1.0)
    assert read.grade == pytest.approx(0.39 * 6.5 + 11.8 - 15.59)


def test_readability_is_of_english_and_honest_of_chinese() -> None:
    hard = "Institutional considerations necessitate comprehensive organizational transformation " * 8
    assert not start("readability")(candidate(ask("Explain it.", hard)), []).passed
    chinese = start("readability", "zh")
    long = candidate(ask("解释一下。", "月亮吸引海水所以潮汐每天涨落两次而渔民据此安排出海的时间" * 12))
    verdict = chinese(long, [])
    assert not verdict.passed and "characters on average" in str(verdict.reason)
    for language in ("th", "ar", "vi"):
        assert start("readability", language)(long, []).value is None


def of_mccarthy_and_jarvis(words: list[str], threshold: float = 0.72) -> float:
    """MTLD written a second time, from the paper: recomputes the ratio of every run from its slice."""

    def one_way(words: list[str]) -> float:
        factors, begin = 0.0, 0
        for end in range(1, len(words) + 1):
            run = words[begin:end]
            ratio = len(set(run)) / len(run)
            if ratio <= threshold:
                factors, begin = factors + 1, end
        if begin < len(words):
            factors += (1 - len(set(words[begin:])) / len(words[begin:])) / (1 - threshold)
        return len(words) / factors if factors else float(len(words))

    return (one_way(words) + one_way(words[::-1])) / 2


def test_mtld_equals_an_independent_computation() -> None:
    words = ("the moon pulls at the sea and the sea rises at the shore while the wind blows over the sand " * 6).split()
    words += ["a", "ship", "sails", "by", "with", "salt", "and", "silver", "fish", "for", "all", "who", "wait"]
    assert mtld(words) == pytest.approx(of_mccarthy_and_jarvis(words), abs=1e-9)
    poor = candidate(ask("Say it.", "go on and on " * 40))
    assert not start("lexical_diversity")(poor, []).passed
    assert start("lexical_diversity")(candidate(ask("Say it.", "go on and on")), []).value is None
    assert not start("lexical_diversity", "zh")(candidate(ask("说。", "好的好的" * 40)), []).passed


@pytest.mark.parametrize(("language", "text"), [("en", "word " * 30), ("zh", "字" * 45), ("th", "ก" * 120)])
def test_ratio_counts_what_each_language_counts_in(language: str, text: str) -> None:
    verdict = start("ratio", language, maximum=5)(candidate(ask(text, text * 6)), [])
    assert not verdict.passed and verdict.value == pytest.approx(6, rel=0.05)
    assert start("ratio", language)(candidate(ask(text, text)), []).passed


@pytest.mark.parametrize(
    ("answer", "passed"),
    [
        ("```python\nprint('海'\n```", False),
        ("```python\ndef f(x):\n    return x\n```", True),
        ("```json\n{'a': 1}\n```", False),
        ('```json\n{"名": "海"}\n```', True),
        ("```rust\nfn main( {\n```", True),
    ],
)
def test_code_that_does_not_parse_is_dropped(answer: str, passed: bool) -> None:
    verdict = start("code")(candidate(ask("Write it for me.", answer)), [])
    assert verdict.passed == passed
    assert passed or verdict.evidence.spans


def test_bare_code_may_be_followed_by_its_explanation_in_any_language() -> None:
    code = "def f(x):\n    return x\n\n"
    for asked, said in (
        ("用 Python 写一个函数。", "例如，f(1) 返回 1。"),
        ("Write it in Python.", "Note that f(1) is 1."),
    ):
        assert start("code")(candidate(ask(asked, code + said)), []).passed
    assert not start("code")(candidate(ask("Write it in Python.", "def f(x:\n    return x")), []).passed


def test_contamination_by_13_words_by_8_and_by_characters(tmp_path: Path) -> None:
    words = [f"w{number}" for number in range(13)]
    file = tmp_path / "eval.jsonl"
    chinese = "潮汐是由月球和太阳的引力共同作用造成的海水周期性涨落的现象"
    lines = [{"q": " ".join(["before", *words, "after"])}, {"q": chinese}, {"q": "What is the capital of France?"}]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")

    def judge(text: str, words: int = 13) -> tuple[bool, str]:
        row = ask("Say something new.", f"My own {text} text")
        verdict = start("contamination", files=[str(file)], words=words)(candidate(row), [])
        assert row.output is not None
        return verdict.passed, "".join(row.output[span.start : span.end] for span in verdict.evidence.spans)

    assert judge(" ".join(words)) == (False, " ".join(words))
    assert judge(" ".join(words[:12]))[0]
    assert judge(" ".join(words[:12]), words=8) == (False, " ".join(words[:12]))
    zh = start("contamination", "zh", files=[str(file)])
    assert not zh(candidate(ask("写。", f"我说，{chinese[:22]}。")), []).passed
    assert zh(candidate(ask("写。", f"我说，{chinese[:15]}，没有别的了。")), []).passed
    exact = start("contamination", files=[str(file)])(candidate("what is the capital of FRANCE"), [])
    assert not exact.passed and "line 3" in str(exact.reason)


def test_a_question_of_an_evaluation_file_is_the_same_only_with_its_input(tmp_path: Path) -> None:
    file = tmp_path / "eval.json"
    asked = [
        {"instruction": "Fill in the blank.", "input": "The sky is ____", "output": "blue"},
        {"instruction": "Say whether it is a luxury.", "input": "Garden Chair Pro Max", "output": "It is one."},
        {"question": "Name an opposite. Fast"},
    ]
    file.write_text(json.dumps(asked), encoding="utf-8")
    judge = start("contamination", files=[str(file)])
    same = judge(candidate(ask("fill in the blank", "grey", "The sky is ____.")), [])
    assert not same.passed and "entry 1" in str(same.reason)
    assert [span.field for span in same.evidence.spans] == ["instruction", "input"]
    assert judge(candidate(ask("Fill in the blank.", "tea", "My first drink is ____")), []).passed
    assert judge(candidate(ask("Describe this product.", "It is one.", "Garden Chair Pro Max")), []).passed
    assert not judge(candidate(ask("Name an opposite.", "slow", "fast")), []).passed
    assert not judge(candidate(ask("Say whether it is a luxury: Garden Chair Pro Max", "Yes.")), []).passed


def test_an_instruction_that_many_inputs_go_with_is_no_share_of_an_evaluation_file(tmp_path: Path) -> None:
    file = tmp_path / "eval.json"
    english = {"instruction": "Given two words, find the difference between them.", "input": "happy, sad"}
    chinese = {"instruction": "把下面这个句子翻译成英文。", "input": "今天天气很好。"}
    file.write_text(json.dumps([english, chinese]), encoding="utf-8")
    for language, row in (
        ("en", ask(english["instruction"], "One is hot.", "ice, fire")),
        ("zh", ask(chinese["instruction"], "It will rain.", "明天会下雨。")),
    ):
        verdict = start("contamination", language, files=[str(file)])(candidate(row), [])
        assert verdict.passed and verdict.value is not None and 0 < verdict.value < 0.7
        assert not start("contamination", language, files=[str(file)], share=0.1)(candidate(row), []).passed


def test_an_evaluation_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    for name in ("bad.json", "none.json"):
        with pytest.raises(UserError, match=name):
            start("contamination", files=[str(tmp_path / name)])


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Write to jane.doe@acme-corp.com today.", "e-mail"),
        ("en", "Call (212) 736-5000 now.", "phone"),
        ("en", "Card 4111 1111 1111 1111 it is.", "card"),
        ("en", "Pay to GB82 WEST 1234 5698 7654 32 please.", "IBAN"),
        ("en", "The server 8.8.4.4 is down.", "network address"),
        ("en", "See https://a.com/x?token=abcdef123456 there.", "web address"),
        ("en", "His number is 536-90-4399.", "social security"),
        *(("en", f"Key {prefix}IOSFODNN7EXAMPLQ leaked.", "access key") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),
        ("en", "Key ghp_" + "a1B2" * 9 + " leaked.", "access key"),
        ("en", "The api.key was named: API_KEY = 'q8Zr71kLm0'.", "password"),
        ("zh", "身份证号11010519491231002X。", "resident identity"),
        ("zh", "手机13812345678。", "mobile"),
        ("zh", "车牌京A12345。", "plate"),
        ("zh", "护照号码E12345678。", "passport"),
        ("zh", "微信号：wx_helloworld", "WeChat"),
        ("ja", "マイナンバーは1234 5678 9018です。", "My Number"),
        ("th", "โทร 02-123-4567 ครับ", "phone"),
        ("vi", "CCCD số: 001099012345", "Vietnamese"),
        ("ar", "رقم الهوية: 1012345678", "identity number"),
    ],
)
def test_personal_data_is_found_and_taken_out(language: str, text: str, kind: str) -> None:
    row = ask("Say it.", text)
    verdict = start("privacy", language)(candidate(row), [])
    assert not verdict.passed and kind in str(verdict.reason)
    assert isinstance(verdict.fix, Instruction) and verdict.fix.output is not None
    [span] = verdict.evidence.spans
    assert text[span.start : span.end] not in verdict.fix.output
    assert "[" in verdict.fix.output


@pytest.mark.parametrize(
    "text",
    [
        "Card 4111 1111 1111 1112, of 2019-09-09, at 3.14159265.",
        "Write to user@example.com or call 555-0123; the host is 192.168.0.1, version 1.2.3.",
        "In 1914-1918 there were 1,234,567 men; ISBN 978-3-16-148410-0.",
        "身份证号110105194912310021，圆周率3.14159265358979。",
    ],
)
def test_what_only_looks_personal_is_let_be(text: str) -> None:
    assert start("privacy", "zh" if "身" in text else "en")(candidate(ask("Say it.", text)), []).passed


def test_pseudonyms_are_the_same_wherever_the_same_thing_stands() -> None:
    judge = start("privacy", names=["Ann Lee"], redact="pseudonym")
    fixes = [judge(candidate(ask("Say.", f"{word} Ann Lee, jane@acme.org")), []).fix for word in ("Hi", "Dear")]
    texts = [fix.output for fix in fixes if isinstance(fix, Instruction) and fix.output]
    assert texts[0].split(" ", 1)[1] == texts[1].split(" ", 1)[1]
    assert "Ann" not in texts[0] and "@example.com" in texts[0]


@pytest.mark.parametrize(
    ("language", "text", "passed"),
    [
        ("en", "You are a fucking idiot.", False),
        ("en", "She moved to Scunthorpe and read Moby Dick; sex education was poor, and she passed the class.", True),
        ("zh", "你这个王八蛋。", False),
        ("zh", "他妈妈来了，操作系统的可能性和重要性都很高。", True),
        ("ja", "このビッチめ。", False),
        ("th", "ไอ้ควายเอ๊ย", False),
        ("th", "ห่างไกลจากกูเกิล สัดส่วนของหีบ", True),
        ("ar", "يا شرموطة", False),
        ("ar", "قرأت شعر المتنبي وشربت لبن.", True),
        ("vi", "Đồ chó đẻ", False),
    ],
)
def test_swear_words_are_counted_and_harmless_words_are_not(language: str, text: str, passed: bool) -> None:
    assert start("profanity", language)(candidate(ask("Say it.", text)), []).passed == passed


def test_a_word_of_ones_own_counts_even_where_it_is_allowed() -> None:
    assert not start("profanity", own=["sex"])(candidate(ask("Say it.", "sex sells")), []).passed
    assert start("profanity", allowed=["fucking"])(candidate(ask("Say it.", "fucking good")), []).passed

"""Debris: each fault is recognised by its name, in any language, and what can be put right is."""

from typing import cast

import pytest

from desktop.core import i18n
from desktop.core.records import Conversation, Instruction, Message
from desktop.filters import _faults, _sharegpt
from tests.filters.rows import ask, candidate, start


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (ask("Summarize the article at https://a.example/story", "It is about a dog."), _faults.OF_A_PAGE),
        (ask("看看这个链接讲了什么：https://a.example/1", "讲的是狗。"), _faults.OF_A_PAGE),
        (ask("总结附件中的内容。", "内容是关于狗的。"), _faults.OF_A_PAGE),
        (ask("Tell me of a hill.", "It is high.\n18. Instruction: Name a dog.\n18. Input:"), _faults.MERGED),
        (ask("Tell me of a hill.", "It is high.\n4. Input: A dog.\n4. Output: It barks."), _faults.MERGED),
        (ask("Tell me of a hill.", " "), _faults.EMPTY_OUTPUT),
        (ask("Write a Python program that adds two numbers.", "Take them and add them up."), _faults.MISSING_CODE),
        (ask("Generate an image of a dog.", "Here it is."), _faults.OF_AN_IMAGE),
        (ask("Show me a dog.", "![dog](https://a.example/dog.png)"), _faults.OF_AN_IMAGE),
        (ask("Say who won.", "N/A"), _faults.NOT_AVAILABLE),
        (ask("说出谁赢了。", "无"), _faults.NOT_AVAILABLE),
        (ask("Name a dog.", "Rex.", "No input"), _faults.NO_INPUT_MARK),
        (ask("Name a dog.", "Rex.", "<no input>"), _faults.NO_INPUT_MARK),
        (ask("Name a dog.", "Rex.", "noinput"), _faults.NO_INPUT_MARK),
        (ask("给狗起个名字。", "旺财。", "无输入"), _faults.NO_INPUT_MARK),
        (ask("犬の名前を挙げてください。", "ポチ。", "なし"), _faults.NO_INPUT_MARK),
        (ask("Add up 12 and 7.", "12 + 7 = 20"), _faults.WRONG_SUM),
        (ask("Take a photo of your room.", "Done."), _faults.PHYSICAL),
        (ask("Name two dogs.", "Rex\\nBello"), _faults.ESCAPES),
        (ask("Rate this trailer.", "Seven of ten.", "https://a.example/watch?v=1"), _faults.OF_A_PAGE),
        (ask("Describe the painting.", "It is calm.", "Painting: (attached image)"), _faults.OF_A_PAGE),
        (ask("描述这幅画。", "画面宁静。", "【附图】"), _faults.OF_A_PAGE),
        (ask("讲讲这座山。", "山很高。\n18. 指令：给狗起名。\n18. 输入："), _faults.MERGED),
        (ask("讲讲这座山。", " "), _faults.EMPTY_OUTPUT),
        (ask("用 Python 编写一个求和函数。", "先取两个数，再把它们相加。"), _faults.MISSING_CODE),
        (ask("Write a function that adds two numbers.", "Take them and add them up."), _faults.MISSING_CODE),
        (ask("画一张狗的图片。", "好的，这就是。"), _faults.OF_AN_IMAGE),
        (ask("Tune the rhythm.", "<nooutput>"), _faults.NOT_AVAILABLE),
        (ask("计算 12 加 7。", "12 + 7 = 20"), _faults.WRONG_SUM),
        (ask("帮我订一张机票。", "已经订好。"), _faults.PHYSICAL),
        (ask("说出两种狗的名字。", "旺财\\n来福"), _faults.ESCAPES),
        (ask("Name two dogs.", "<b>Rex</b> and Bello"), _faults.LEFT_TAGS),
        (ask("Name two dogs.", "Rex and Bello<|im_end|>"), _faults.LEFT_TOKENS),
        (ask("Name two dogs.", "Rex.\nHuman: and a cat?"), _faults.LEFT_TEMPLATE),
        (ask("Name two dogs.", "Rex and Bello\nCopy code\n"), _faults.LEFT_BUTTONS),
    ],
)
def test_each_known_fault_is_recognised_by_its_name(row: Instruction, fault: str) -> None:
    verdict = start("debris")(candidate(row), [])
    assert not verdict.passed
    assert fault in [each.name for each in _faults.faults_of(row)]
    assert fault in str(verdict.reason)
    assert verdict.reason is not None and fault in cast("tuple[str, ...]", verdict.reason.values["faults"])
    assert verdict.evidence.spans


def test_a_stored_reason_is_shown_in_the_reader_s_language() -> None:
    i18n.use("zh_CN")
    try:
        reason = start("debris")(candidate(ask("Name two dogs.", "<b>Rex</b><|im_end|>")), []).reason
        assert reason is not None and "HTML" in str(reason)
        assert "tokens" not in str(reason) and "、" in str(reason)
    finally:
        i18n.use("en")
    assert str(reason) == "Debris: tokens of a chat template, HTML tags"


@pytest.mark.parametrize(
    "row",
    [
        ask("Write an HTML page that greets.", "<p>Hello</p>"),
        ask("Write a dialogue of two friends.", "Ann: Hi.\nUser: Hello."),
        ask("What is 3 + 4 + 8?", "3 + 4 + 8 = 15, and 10 / 3 = 3.33"),
        ask("Write a character sketch of an old sailor.", "He is tall and silent."),
        ask("Name the domain of this address.", "a.example", "https://a.example/page"),
        ask("Write pseudocode for a program that adds two numbers.", "Read both numbers.\nPrint their sum."),
        ask("Plan a training program for runners.", "Run three times a week."),
        ask("用三句话介绍北京。", "北京是中国的首都。它有很长的历史。人们喜欢它的胡同。"),
        ask("ลองเล่าเรื่องสุนัขสั้นๆ", "มีสุนัขตัวหนึ่งอยู่ริมทะเล"),
        ask("اكتب جملة عن البحر.", "البحر واسع وجميل."),
        ask("Say how a computer works.", "1. Input: It takes data in.\n2. Output: It gives data out."),
        ask("Write a web page on dogs.", '<p>Rex</p>\n<img src="rex.png">'),
    ],
)
def test_what_only_looks_like_debris_passes(row: Instruction) -> None:
    assert start("debris")(candidate(row), []).passed


@pytest.mark.parametrize(
    ("row", "fixed"),
    [
        (ask("Name a dog.", "Rex.", "No input"), ask("Name a dog.", "Rex.", "")),
        (ask("Name a dog.", "<b>Rex</b> &amp; <i>Bello</i>"), ask("Name a dog.", "**Rex** & *Bello*")),
        (ask("Name a dog.", "Rex.\n18. Instruction: more"), ask("Name a dog.", "Rex.")),
        (ask("Name a dog.", "Rex.<|im_end|>"), ask("Name a dog.", "Rex.")),
        (ask("Name a dog. ", "Rex.  \n\n\n\nBello\u200b."), ask("Name a dog.", "Rex.\n\nBello.")),
        (ask("给狗起名。", "旺财。  "), ask("给狗起名。", "旺财。")),
    ],
)
def test_debris_proposes_a_clean_row(row: Instruction, fixed: Instruction) -> None:
    assert start("debris")(candidate(row), []).fix == fixed


def test_full_width_and_addresses_are_rewritten_on_request() -> None:
    row = ask("联系谁？", "ＡＢ１２：写信到 a.b@mail.cn，见 https://x.cn/a。")
    fix = start("debris", "zh", half_width=True, addresses="mask")(candidate(row), []).fix
    assert isinstance(fix, Instruction) and fix.output == "AB12：写信到 [EMAIL]，见 [URL]。"


def talk(*turns: str) -> Conversation:
    roles = ("user", "assistant")
    return Conversation(tuple(Message(roles[number % 2], text) for number, text in enumerate(turns)))  # type: ignore[arg-type]


def test_sharegpt_s_cleaning_keeps_whole_pairs_until_a_bad_reply() -> None:
    long = "This answer is long enough."
    assert _sharegpt.cleaned(talk("Hi", long, "And then?")) == talk("Hi", long)
    assert _sharegpt.cleaned(talk("Hi", long, "More", "  ", "Again", long)) == talk("Hi", long)
    assert _sharegpt.cleaned(talk("Hi", "I am ChatGPT, how can I help?")) is None
    assert _sharegpt.cleaned(talk("Hi", "<p>This is <b>fine</b> now</p>\nCopy code\n")) == talk(
        "Hi", "This is **fine** now"
    )
    assert _sharegpt.cleaned(talk("Hi", "No.")) is None
    leading = Conversation((Message("assistant", "Hello!"), *talk("Hi", long).messages))
    assert _sharegpt.cleaned(leading) == talk("Hi", long)


def test_the_evidence_points_at_the_tags() -> None:
    row = ask("Name two dogs.", "They are\n<b>Rex</b>")
    verdict = start("debris")(candidate(row), [])
    assert row.output is not None
    assert [row.output[span.start : span.end] for span in verdict.evidence.spans] == ["<b>", "</b>"]

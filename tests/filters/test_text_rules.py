"""Rules on texts: each finds its fault where it is, in any language, and lets good rows of every language be."""

import random
from typing import cast

import pytest

from desktop.core import i18n
from desktop.core.errors import UserError
from desktop.core.records import Conversation, Instruction, Message, Span
from desktop.filters import _faults, _sharegpt
from tests.filters.rows import ask, candidate, start

WORDS = ("tide", "moon", "pull", "water", "shore", "night", "ship", "wind", "coast", "sand", "bird", "stone", "light")


def prose(words: int, seed: int = 1) -> str:
    draw = random.Random(seed)
    return " ".join(f"{draw.choice(WORDS)}{draw.choice(WORDS)}{number}" for number in range(words)) + "."


@pytest.mark.parametrize(
    ("language", "row", "passed"),
    [
        (
            "en",
            ask(
                "Say why the sky is blue.",
                "El cielo es azul porque la luz del sol se dispersa mucho en el aire.",
            ),
            False,
        ),
        (
            "zh",
            ask("解释天空为什么是蓝色的。", "The sky is blue because the air scatters the light of the sun."),
            False,
        ),
        ("ja", ask("空がなぜ青いか説明してください。", "天空是蓝色的，因为阳光在空气中散射。"), False),
        ("th", ask("อธิบายว่าทำไมท้องฟ้าเป็นสีฟ้า", "天空是蓝色的，因为阳光在空气中散射。"), False),
        (
            "ar",
            ask("اشرح لماذا السماء زرقاء.", "The sky is blue because the air scatters the light of the sun."),
            False,
        ),
        ("vi", ask("Vì sao bầu trời màu xanh?", "The sky is blue because the air scatters sunlight in it."), False),
        (
            "zh",
            ask("把这句话翻译成英语：你好，很高兴认识你。", "Hello, it is very nice to meet you today, my friend."),
            True,
        ),
        ("en", ask("Name three directors.", "Steven Spielberg, Quentin Tarantino, Martin Scorsese"), True),
        ("zh", ask("写一个打印问候的程序。", "```python\nprint('hello world to everybody who is here')\n```"), True),
    ],
)
def test_language_is_the_one_that_was_asked_for(language: str, row: Instruction, passed: bool) -> None:
    verdict = start("language", language)(candidate(row), [])
    assert verdict.passed == passed
    if not passed:
        assert verdict.value == 1.0
        assert verdict.evidence.spans[0].field == "output"


SIMPLIFIED = ask("请解释海水为什么是咸的。", "河流把岩石里溶解的盐带进海洋，水蒸发后盐留了下来。")
TRADITIONAL = ask("請解釋海水為什麼是鹹的。", "河流把岩石裡溶解的鹽帶進海洋，水蒸發後鹽留了下來。")


@pytest.mark.parametrize(
    ("seeds", "chosen", "kept"),
    [
        ([SIMPLIFIED], {}, SIMPLIFIED),
        ([TRADITIONAL], {}, TRADITIONAL),
        ([], {"characters": "simplified"}, SIMPLIFIED),
        ([SIMPLIFIED], {"characters": "traditional"}, TRADITIONAL),
    ],
)
def test_chinese_is_to_be_in_the_characters_of_the_seeds(
    seeds: list[Instruction], chosen: dict[str, str], kept: Instruction
) -> None:
    judge = start("language", "zh", seeds=seeds, **chosen)
    other = TRADITIONAL if kept is SIMPLIFIED else SIMPLIFIED
    assert judge(candidate(kept), []).passed
    verdict = judge(candidate(other), [])
    assert not verdict.passed and verdict.value == 1.0
    assert ("traditional" if kept is SIMPLIFIED else "simplified") in str(verdict.reason)
    first = verdict.evidence.spans[0]
    assert first.field == "instruction" and other.instruction[first.start : first.end] in "請请"
    assert judge(candidate(ask("把这句话改成繁體字：汉语很美。", "漢語很美，這種語言歷史長。")), []).passed


def test_without_seeds_chinese_may_be_in_either_characters() -> None:
    judge = start("language", "zh")
    assert judge(candidate(SIMPLIFIED), []).passed and judge(candidate(TRADITIONAL), []).passed
    one_name = ask("介绍一位作家。", "他的笔名叫做馬力，写了许多长篇小说，深受读者喜爱。")
    assert start("language", "zh", seeds=[SIMPLIFIED])(candidate(one_name), []).passed


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (ask("Summarize the article at https://a.example/story", "It is about a dog."), _faults.OF_A_PAGE),
        (ask("总结附件中的内容。", "内容是关于狗的。"), _faults.OF_A_PAGE),
        (ask("Tell me of a hill.", "It is high.\n18. Instruction: Name a dog.\n18. Input:"), _faults.MERGED),
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


def test_a_pair_that_overflows_begins_a_part_of_its_own() -> None:
    three = talk("a" * 10, "b" * 10, "c" * 10, "d" * 10, "e" * 10, "f" * 10)
    parts = _sharegpt.pairs_within(three, 70, len)
    assert [len(part.messages) for part in parts] == [4, 2]
    assert sum((part.messages for part in parts), ()) == three.messages


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("The moon pulls at the sea. " * 6, False),
        ("哈" * 80, False),
        ("月亮吸引着海水。" * 8, False),
        ("สวัสดีครับ " * 12, False),
        (prose(60), True),
        ("潮汐由月球和太阳的引力造成，每天涨落两次，渔民据此安排出海的时间。", True),
    ],
)
def test_repetition_counts_characters_words_and_sentences(text: str, passed: bool) -> None:
    verdict = start("repetition")(candidate(ask("Say why there are tides.", text)), [])
    assert verdict.passed == passed
    assert passed or verdict.evidence.spans


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("?!*" * 60 + "words of no use", "Too many signs"),
        ("12345 67890 1234 of it " * 12, "Too many digits"),
        ("see https://a.example/very/long/path/to/nowhere and a word " * 10, "web addresses"),
        ("some words here follow… and others " * 9 + "so… on… and… on… again… we… go… then… " * 3, "ellipses"),
        ("ab cd ef gh ij kl mn " * 8, "characters long on average"),
    ],
)
def test_shares_name_what_there_is_too_much_of(text: str, reason: str) -> None:
    verdict = start("shares")(candidate(ask("Say why there are tides.", text)), [])
    assert not verdict.passed and reason in str(verdict.reason)


PIECES = "r n b q k b n r\np p p p p p p p\n" + ". . . . . . . .\n" * 4 + "P P P P P P P P\nR N B Q K B N R"


@pytest.mark.parametrize(
    "row",
    [
        ask("Show a chessboard before the first move.", PIECES),
        ask("Show a chessboard before the first move.", "+---+---+\n| ♜ | ♞ |\n" * 8),
        ask("Show a chessboard before the first move.", "♜♞♝♛♚♝♞♜\n♟♟♟♟♟♟♟♟\n" * 8),
        ask("What is 40!?", "40! = 815915283247897734345611269596115894272000000000 " + "and so on it goes, " * 12),
        ask("把 2 到 9 的乘法表写出来。", "2 × 2 = 4\n2 × 3 = 6\n" * 20),
        ask("List three sources on tides.", "Read https://a.example/very/long/path/to/nowhere/and/back today. " * 10),
        ask("Add up two values.", "def add(a, b):\n    # Take both\n    # of the values\n    return a + b\n\n" * 6),
        ask("Describe a tree as data.", '{\n  "root": {\n    "leaf": [\n      {"value": "a"}\n    ]\n  }\n}\n' * 4),
        ask("Name romantic films.", "Clueless (1995), Knocked Up (2007), Pretty Woman (1990), Love, Simon (2018) " * 2),
    ],
)
def test_shares_leave_boards_code_and_what_was_asked_for_alone(row: Instruction) -> None:
    assert start("shares")(candidate(row), []).passed


def test_shares_count_numbers_that_nobody_asked_for() -> None:
    row = ask("Explain the tides.", "The tide 12345678 came 87654321 back 11223344 at 99887766 noon. " * 8)
    assert not start("shares")(candidate(row), []).passed
    sums = ask("Add the numbers 1 and 2.", row.output)
    assert start("shares")(candidate(sums), []).passed
    assert not start("shares", asked_for=False)(candidate(sums), []).passed


@pytest.mark.parametrize("language", ["zh", "ja", "th", "ar", "vi"])
def test_shares_let_prose_of_any_language_be(language: str) -> None:
    text = {
        "zh": "潮汐由月球和太阳的引力造成，每天涨落两次。渔民据此安排出海的时间。",
        "ja": "潮の満ち引きは月と太陽の引力によって起こり、一日に二度くり返されます。",
        "th": "น้ำขึ้นน้ำลงเกิดจากแรงดึงดูดของดวงจันทร์และดวงอาทิตย์ วันละสองครั้ง",
        "ar": "يحدث المد والجزر بسبب جاذبية القمر والشمس مرتين كل يوم تقريبا.",
        "vi": "Thủy triều do lực hút của mặt trăng và mặt trời gây ra, mỗi ngày hai lần.",
    }[language]
    row = candidate(ask("Say why there are tides.", text * 3))
    assert start("shares", language)(row, []).passed


@pytest.mark.parametrize(
    "row",
    [
        ask("Advertise the bank.", "Dear [insert name], thank you."),
        ask("给银行写一句广告。", "尊敬的【姓名】：您好。"),
        ask("銀行の広告を書いてください。", "【お名前】様、こんにちは。"),
        ask("Viết quảng cáo cho ngân hàng.", "Kính gửi [tên khách hàng], xin chào."),
        ask("เขียนโฆษณาธนาคาร", "เรียน [ชื่อลูกค้า] สวัสดี"),
        ask("اكتب إعلانا للبنك.", "عزيزي [اسم العميل]، تحية طيبة."),
        ask("Shorten this text.", "It is short.", "Insert your text here"),
        ask("缩短这段文字。", "很短。", "请在此输入文本"),
        ask("Shorten this text.", "Lorem ipsum dolor sit amet."),
    ],
)
def test_placeholders_are_found(row: Instruction) -> None:
    verdict = start("placeholder")(candidate(row), [])
    assert not verdict.passed and verdict.evidence.spans


@pytest.mark.parametrize(
    "row",
    [
        ask("Write a letter to the bank.", "Dear [Bank], thank you. Yours, [Your Name]"),
        ask("Draft an e-mail to my boss.", "Dear [Name], I am ill on [date]."),
        ask("给银行写一封信。", "尊敬的【姓名】：您好。"),
        ask("招待状を書いてください。", "【お名前】様、どうぞお越しください。"),
    ],
)
def test_a_letter_may_leave_open_what_its_reader_knows(row: Instruction) -> None:
    assert start("placeholder")(candidate(row), []).passed
    assert not start("placeholder", templates=False)(candidate(row), []).passed
    unreal = Instruction(row.instruction, input="[insert your text here]", output="Dear Tom.")
    assert not start("placeholder")(candidate(unreal), []).passed, "an input is to be real"


def test_a_template_that_was_asked_for_may_hold_placeholders() -> None:
    assert start("placeholder")(candidate(ask("Write a letter template.", "Dear [Name], thank you.")), []).passed
    assert start("placeholder")(
        candidate(ask("Write a page.", "<title>Mine</title> [1] [link](https://a.b)")), []
    ).passed


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I cannot help with that.",
        "Sorry, I can't provide this information.",
        "As an AI language model, I have no opinion.",
        "Sorry, the task involves making a sound, which cannot be done.",
        "No output because this needs a picture, which a language model cannot make.",
        "很抱歉，我无法回答这个问题。",
        "作为一个人工智能语言模型，我没有感情。",
        "申し訳ありませんが、お答えできません。",
        "ขออภัย ฉันไม่สามารถช่วยได้",
        "عذرًا، لا أستطيع المساعدة في ذلك.",
        "Xin lỗi, tôi không thể giúp việc này.",
    ],
)
def test_refusals_are_found_but_let_be_in_safety_rows(answer: str) -> None:
    row = ask("Tell me how to open a lock.", answer)
    assert not start("refusal")(candidate(row), []).passed
    safe = Instruction("Tell me how to open a lock.", output=answer, task_type="safety")
    assert start("refusal")(candidate(safe), []).passed


def test_an_apology_that_was_asked_for_is_no_refusal() -> None:
    letter = "I'm sorry for being late yesterday. The train stood still for an hour."
    assert start("refusal")(candidate(ask("Write an apology.", letter)), []).passed
    assert start("refusal", "zh")(candidate(ask("写一句道歉的话。", "对不起，昨天我迟到了。")), []).passed


@pytest.mark.parametrize(
    ("language", "answer", "passed"),
    [
        ("en", "Tides come from the moon. They rise and fall because the moon pulls at the water of the", False),
        ("en", "Use this:\n```python\nprint(1)", False),
        ("en", "Three reasons:\n1. The moon\n2. The sun\n3.", False),
        ("zh", "潮汐由月球造成。每天涨落两次，因为地球自转，所以渔民会根据潮汐来安排出海的时间，并且", False),
        ("zh", "潮汐由月球造成，", False),
        ("ja", "潮の満ち引きは月の引力によって起こります。一日に二度くり返されるので、漁師はその時間を", False),
        ("en", "Tides come from the moon.", True),
        ("en", "- Moon\n- Sun", True),
        ("en", "There is one list of them all. It is kept at https://a.example/tides", True),
        ("en", "Dear all,\n\nThe tide is high today. Come and see it!\n\nBest,\nMarlow Ltd. Team", True),
        ("en", "Great day at the sea! It was lovely and warm for all of us #sea #sun", True),
        ("zh", "潮汐由月球造成。", True),
        ("th", "น้ำขึ้นน้ำลงเกิดจากแรงดึงดูดของดวงจันทร์", True),
        ("ar", "يحدث المد بسبب القمر.", True),
        ("vi", "Thủy triều do mặt trăng gây ra.", True),
        ("en", "Run `x`.\n```sh\nls\n```", True),
    ],
)
def test_what_breaks_off_is_dropped(language: str, answer: str, passed: bool) -> None:
    assert start("truncated", language)(candidate(ask("Say why there are tides.", answer)), []).passed == passed


@pytest.mark.parametrize(
    ("row", "passed"),
    [
        (ask("Summarize the following passage.", "It is short."), False),
        (ask("总结以下文章。", "很短。"), False),
        (ask("以下の文章を要約してください。", "短いです。"), False),
        (ask("Tóm tắt đoạn văn sau.", "Ngắn."), False),
        (ask("สรุปข้อความต่อไปนี้", "สั้น"), False),
        (ask("لخص النص التالي.", "قصير."), False),
        (ask("Summarize the following passage.", "It is short.", "A passage about dogs."), True),
        (ask("Is the following sentence true? Humans can breathe underwater.", "No."), True),
        (ask("Explain the tides, the wind and", "They move."), False),
        (ask("12345 ???", "Numbers."), False),
        (ask("Name a word that begins with the letter A", "Ape."), True),
    ],
)
def test_a_valid_question_stands_alone(row: Instruction, passed: bool) -> None:
    assert start("question")(candidate(row), []).passed == passed


def test_style_is_measured_against_the_seeds() -> None:
    seeds = [ask(f"Question {number}?", f"A plain answer of number {number}.") for number in range(30)]
    judge = start("style", seeds=seeds, maximum=1)
    assert judge(candidate("Explain the tides to me."), []).passed
    loud = ask(
        "Explain the tides.", "Sure! 😀 **Tides** are great!\n\n# Moon\n- It pulls!\n\nLet me know if you need more"
    )
    verdict = judge(candidate(loud, 2), [])
    assert not verdict.passed
    assert "chatty opening" in str(verdict.reason) and "emoji" in str(verdict.reason)
    question = ask("Write a question that a customer asks.", "When do you open? I'd love to come!")
    assert judge(candidate(question, 3), []).passed, "its voice is the customer's"
    i18n.use("zh_CN")
    try:
        assert "emoji" not in str(verdict.reason)
    finally:
        i18n.use("en")
    chinese = start("style", "zh", seeds=[ask("问题？", "这是普通的回答。")] * 30, maximum=0)
    assert not chinese(candidate(ask("解释潮汐。", "当然！月亮吸引海水。")), []).passed


@pytest.mark.parametrize(("text", "finds"), [("a bad-word here", True), ("nothing", False)])
def test_patterns_find_and_mark(text: str, finds: bool) -> None:
    verdict = start("pattern", patterns=["bad.word"])(candidate(ask("Say something now.", text)), [])
    assert verdict.passed != finds
    if finds:
        assert verdict.evidence.spans == (Span("output", 2, 10),)


def test_a_pattern_may_be_what_is_wanted() -> None:
    judge = start("pattern", "zh", patterns=["第[一二三]章"], must_match=True, where="answer")
    assert judge(candidate(ask("写一章。", "第二章 海")), []).passed
    assert not judge(candidate(ask("写一章。", "海")), []).passed


def test_a_pattern_that_never_ends_is_stopped_in_plain_words() -> None:
    judge = start("pattern", patterns=["(a+)+$"])
    assert judge(candidate(ask("Say b for me.", "bbb")), []).passed
    with pytest.raises(UserError, match="takes too long"):
        judge(candidate(ask("Say a for me.", "a" * 40 + "!")), [])
    assert not judge(candidate(ask("Say a for me.", "aaa")), []).passed, "another text is judged by a new process"
    with pytest.raises(UserError, match="not a regular expression"):
        start("pattern", patterns=["(a"])


def test_blocked_phrases_can_be_edited_for_a_language() -> None:
    from desktop.core.catalogue import filters
    from desktop.core.shapes import FilterContext

    leaf = filters()["blocked_phrases"]
    assert leaf.start is not None
    judge = leaf.start(leaf.options(), FilterContext("zh", (), {"blocked_phrases.zh": ["月亮"]}))
    assert not judge(candidate("请描述月亮的形状。"), []).passed
    assert judge(candidate("请描述这张图片的内容。"), []).passed


def test_the_evidence_points_at_the_tags() -> None:
    row = ask("Name two dogs.", "They are\n<b>Rex</b>")
    verdict = start("debris")(candidate(row), [])
    assert row.output is not None
    assert [row.output[span.start : span.end] for span in verdict.evidence.spans] == ["<b>", "</b>"]

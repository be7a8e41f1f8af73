"""Rules on texts: each finds its fault where it is, in any language, and lets good rows of every language be."""

import random

import pytest

from desktop.core import i18n
from desktop.core.errors import UserError
from desktop.core.records import Instruction, Span
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
        ask("概括文章。", "很短。", "请在此处粘贴文章"),
        ask("介绍产品。", "欢迎选购[产品名称]！"),
        ask("介绍一家公司。", "XXX公司成立于XXXX年。"),
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
    ("row", "passed"),
    [
        (ask("How does one start a talk?", "Say: “Hi, I'm [Your Name]. What do you do?”"), True),
        (ask("怎样开始聊天？", "可以说：“你好，我叫[你的名字]。”"), True),
        (ask('Write code that prints "It is [number]".', '# Prints "It is [number]".\nprint(f"It is {n}")'), True),
        (ask("Advertise a lamp.", "Everybody buys the “[Product Name]” today."), False),
        (ask("Advertise a lamp.", "“[Your Lamp] is the best.”"), False),
        (ask("Put “[insert a sentence]” into the past tense.", "I went."), False),
    ],
)
def test_a_placeholder_may_be_quoted_where_it_is_meant(row: Instruction, passed: bool) -> None:
    assert start("placeholder")(candidate(row), []).passed == passed


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
        "非常抱歉，由于我没有联网功能，所以查不到。",
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


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who are you?", "I am an AI assistant, and I can help you write."),
        ("请介绍一下你自己", "您好，我是一个人工智能助手，很高兴认识您。"),
    ],
)
def test_who_asks_what_is_speaking_may_be_told(question: str, answer: str) -> None:
    assert start("refusal")(candidate(ask(question, answer)), []).passed
    assert not start("refusal")(candidate(ask("Why are there tides?", answer)), []).passed


def test_an_apology_that_was_asked_for_is_no_refusal() -> None:
    letter = "I'm sorry for being late yesterday. The train stood still for an hour."
    assert start("refusal")(candidate(ask("Write an apology.", letter)), []).passed
    regret = "I'm sorry, but we cannot offer you the job."
    assert start("refusal")(candidate(ask("Decline an application.", regret)), []).passed
    assert start("refusal", "zh")(candidate(ask("写一条消息谢绝邀请。", "很抱歉，我不能参加聚会。")), []).passed
    story = "As I walked home at night, I couldn't help but notice the tide."
    assert start("refusal")(candidate(ask("Write a sentence.", story)), []).passed
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
        ("en", "Run this.\n```sh\nls\n````\nThen look.", True),
        ("en", "Will the warmer water of the coming years make the tides of the north higher? Yes/No", True),
        ("zh", "未来几十年里，海水变暖会不会让北方沿海地区的潮水涨得更高？是/否", True),
        ("en", "My dearest love,\n\nI think of you at every tide.\n\nWith heartfelt gratitude,", True),
        ("en", "The tides come and go.\n\nThey are made by the moon,", False),
    ],
)
def test_what_breaks_off_is_dropped(language: str, answer: str, passed: bool) -> None:
    assert start("truncated", language)(candidate(ask("Say why there are tides.", answer)), []).passed == passed


@pytest.mark.parametrize(
    ("row", "passed"),
    [
        (ask("Summarize the following passage.", "It is short."), False),
        (ask("总结以下文章。", "很短。"), False),
        (ask("根据上文回答问题。", "很短。"), False),
        (ask("如图所示，求三角形的面积。", "十二。"), False),
        (ask("以下の文章を要約してください。", "短いです。"), False),
        (ask("Tóm tắt đoạn văn sau.", "Ngắn."), False),
        (ask("สรุปข้อความต่อไปนี้", "สั้น"), False),
        (ask("لخص النص التالي.", "قصير."), False),
        (ask("Summarize the following passage.", "It is short.", "A passage about dogs."), True),
        (ask("Is the following sentence true? Humans can breathe underwater.", "No."), True),
        (ask("Explain the tides, the wind and", "They move."), False),
        (ask("Say what the following chart shows:", "It rises."), False),
        (ask("Write a program that sorts the given list.", "sorted(values)"), True),
        (ask("写一个函数，对给定的列表排序。", "sorted(values)"), True),
        (ask("Tell what happened on the following day.", "It rained."), True),
        (ask("Write a text below 100 words on tides.", "They move."), True),
        (ask("写一篇五百字以下的文章，谈谈潮汐。", "潮汐很美。"), True),
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


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("The moon pulls.\nFeel free to ask me for more of it.", "offer at the end"),
        ("Feel free to swim. " + "The tide comes in again after some hours. " * 4, ""),
        ("Feel free to swim.\nThe tide comes in again.", ""),
        ("In the army one asked myself.", "first person"),
        ("It is I.", "first person"),
        ("Imagine an army of selfish AI, II and myselfish.", ""),
        ("我认为潮汐很美。", "first person"),
        ("自我和我们的潮汐。", ""),
    ],
)
def test_a_trait_of_style_stands_where_it_says(text: str, trait: str) -> None:
    judge = start("style", seeds=[ask("Question?", "The plain answer.")] * 30, maximum=0)
    verdict = judge(candidate(ask("Explain the tides.", text)), [])
    assert verdict.passed == (not trait)
    assert trait in str(verdict.reason or "")


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

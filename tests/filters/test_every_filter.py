"""What holds for every filter: its texts, its options, and rows of any language and kind."""

import pytest

from desktop.core import options
from desktop.core.catalogue import filters
from desktop.core.records import (
    Candidate,
    Conversation,
    Feedback,
    Instruction,
    Message,
    Preference,
    Row,
    Text,
)
from desktop.core.shapes import Filter
from tests.filters.rows import ask, candidate, start

GOOD: dict[str, Instruction] = {
    "en": ask("Explain why the sky is blue to a child.", "Sunlight is scattered by the air, and blue the most."),
    "zh": ask("用三句话向小学生解释天空为什么是蓝色的。", "阳光穿过空气时会散开，蓝光散得最多。"),
    "ja": ask("空がなぜ青いのかを小学生に説明してください。", "太陽の光は空気の中で散らばります。"),
    "th": ask("อธิบายให้เด็กฟังว่าทำไมท้องฟ้าจึงเป็นสีฟ้า", "แสงสีน้ำเงินกระเจิงได้มากที่สุด"),
    "ar": ask("اشرح للأطفال لماذا السماء زرقاء.", "يتشتت الضوء الأزرق أكثر من غيره في الهواء."),
    "vi": ask("Ếch là gì? Hãy giải thích cho trẻ em hiểu.", "Ếch là loài lưỡng cư sống gần nước."),
    "ru": ask("Объясни ребёнку, почему небо голубое.", "Синий свет рассеивается сильнее всего."),
    "hi": ask("बच्चों को समझाओ कि आसमान नीला क्यों है।", "नीला प्रकाश सबसे अधिक बिखरता है।"),
    "ko": ask("하늘이 왜 파란지 아이에게 설명해 주세요.", "파란빛이 가장 많이 흩어지기 때문입니다."),
    "km": ask("សូមពន្យល់ថាហេតុអ្វីមេឃពណ៌ខៀវ", "ពន្លឺពណ៌ខៀវខ្ចាត់ខ្ចាយច្រើនជាងគេ"),
}
FILTERS = sorted((id, leaf) for id, leaf in filters().items() if not leaf.asks_model)

parametrize_filters = pytest.mark.parametrize(("id", "leaf"), FILTERS, ids=[id for id, _leaf in FILTERS])


def test_the_ground_floor_is_here() -> None:
    assert set(filters()) >= {
        "length",
        "blocked_phrases",
        "novelty",
        "exact_duplicate",
        "conflicting_answers",
        "input_equals_output",
        "empty",
    }


@parametrize_filters
def test_says_what_it_does_in_words(id: str, leaf: Filter) -> None:
    assert leaf.title and leaf.summary and leaf.source
    for field in options.fields(leaf.options):
        assert field.about.title
    if leaf.cut:
        cut = next(field for field in options.fields(leaf.options) if field.name == leaf.cut)
        assert cut.about.minimum is not None and cut.about.maximum is not None
        assert leaf.value_title


@parametrize_filters
def test_its_options_are_stored_and_read_again(id: str, leaf: Filter) -> None:
    made = leaf.options()
    assert options.from_json(leaf.options, options.to_json(made)) == made


@parametrize_filters
@pytest.mark.parametrize("language", GOOD)
def test_a_good_row_passes_in_its_language(id: str, leaf: Filter, language: str) -> None:
    judge = start(id, language, seeds=[ask("Name three kinds of cheese.", "Brie, Gouda and feta.")])
    verdict = judge(candidate(GOOD[language]), [])
    assert verdict.passed and verdict.reason is None


@parametrize_filters
def test_an_unanswered_row_is_judged_on_what_it_has(id: str, leaf: Filter) -> None:
    judge = start(id)
    assert judge(candidate(ask("Explain why the sky is blue.", None)), []).passed


@parametrize_filters
def test_every_kind_of_row_can_be_judged(id: str, leaf: Filter) -> None:
    talk = (Message("user", "Tell me how tides come about."), Message("assistant", "The moon pulls at the sea."))
    rows: list[Row] = [
        Conversation(messages=talk),
        Conversation(messages=()),
        Preference("Which of the planets is largest?", "Jupiter is.", "The sun."),
        Preference((Message("user", "Why do leaves turn red?"),), "Sugar does it.", "Nobody knows."),
        Feedback("Who wrote the first novel ever?", "It is disputed."),
        Text("Tides are the rise of the sea."),
    ]
    judge = start(id)
    for number, row in enumerate(rows, start=1):
        verdict = judge(Candidate(number, number, row), [])
        assert verdict.passed == (not isinstance(row, Conversation) or bool(row.messages) or id not in LEADS), row


LEADS = ("length", "empty")  # these drop a conversation in which nobody asked anything


@parametrize_filters
@pytest.mark.parametrize("hostile", ["", "\ud800", "\0", "{", "{value}", "(" * 1000, "a" * 100_000, "😀" * 500])
def test_no_text_breaks_it_or_its_reason(id: str, leaf: Filter, hostile: str) -> None:
    judge = start(id, seeds=[ask(hostile, hostile)])
    verdict = judge(candidate(ask(hostile, hostile, hostile)), [])
    assert isinstance(str(verdict.reason), str)

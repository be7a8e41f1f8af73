"""Tokens and lengths: rouge-score's on plain ASCII, and fair where no spaces stand between words."""

import random
import string

import pytest

from desktop.core.text.words import length_of, share_in, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write a poem.", ["write", "a", "poem"]),
        ("  It's 3.14, isn't it?", ["it", "s", "3", "14", "isn", "t", "it"]),
        ("snake_case-and CamelCase2", ["snake", "case", "and", "camelcase2"]),
        ("a\tb\nc\r\nd", ["a", "b", "c", "d"]),
        ("x=1;y+=2", ["x", "1", "y", "2"]),
        ("!?…", []),
        ("", []),
    ],
)
def test_ascii_gives_the_tokens_of_rouge_score(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_ascii_agrees_with_rouge_score_itself() -> None:
    tokenize = pytest.importorskip("rouge_score.tokenize").tokenize
    draw = random.Random(3)
    for _ in range(500):
        text = "".join(draw.choices(string.printable, k=60))
        assert tokens(text) == tokenize(text, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用Python3写诗", ["用", "python3", "写", "诗"]),
        ("东京都、とうきょう", ["东", "京", "都", "と", "う", "き", "ょ", "う"]),
        ("ｶﾀｶﾅ ＡＢＣ", ["カ", "タ", "カ", "ナ", "abc"]),
        ("ที่นี่", ["ท", "ี", "่", "น", "ี", "่"]),
        ("Viết một bài thơ", ["viết", "một", "bài", "thơ"]),
        ("Vie\u0302\u0301t", ["viết"]),
        ("اكتُب قصيدةً", ["اكتُب", "قصيدةً"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("ΣΊΣΥΦΟΣ", ["σίσυφοσ"]),
    ],
)
def test_other_scripts_give_whole_words_or_single_characters(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_every_form_of_a_text_gives_the_same_tokens() -> None:
    assert tokens("ＰＹＴＨＯＮ が") == tokens("python か\u3099")


def test_english_is_counted_in_words_between_white_space() -> None:
    length = length_of("State-of-the-art isn't\neasy  ")
    assert (length.count, length.in_characters, length.words) == (3, False, 3)


def test_a_chinese_sentence_is_not_one_word() -> None:
    length = length_of("写一首关于春天的诗。")
    assert (length.count, length.in_characters, length.words) == (9, True, 6)


def test_a_foreign_word_in_chinese_counts_as_one() -> None:
    length = length_of("用 Python 写一个函数")
    assert (length.count, length.in_characters) == (7, True)
    assert length.words == 5


def test_a_chinese_name_in_english_leaves_it_counted_in_words() -> None:
    assert not length_of("Who was 李白 and why does he matter?").in_characters


@pytest.mark.parametrize("text", ["春についての詩を書いてください", "เขียนบทกวีเกี่ยวกับฤดูใบไม้ผลิ"])
def test_japanese_and_thai_sentences_are_more_than_four_words(text: str) -> None:
    length = length_of(text)
    assert length.in_characters
    assert 4 < length.words < 20


@pytest.mark.parametrize(
    "text", ["Viết một bài thơ về mùa xuân", "اكتب قصيدة عن فصل الربيع", "봄에 대한 시를 써 주세요"]
)
def test_languages_with_spaces_are_counted_in_words(text: str) -> None:
    assert not length_of(text).in_characters
    assert length_of(text).count == len(text.split())


def test_nothing_has_no_length() -> None:
    assert length_of("").count == 0
    assert length_of("。。").count == 1  # as white space has it


@pytest.mark.parametrize(
    ("text", "sources", "expected"),
    [
        ("It opened in May.", ("The bridge opened in June.", "May it?"), 1),
        ("May, May, May, June", ("in May",), 1 / 2),
        ("41,000人", ("41000人",), 1),
        ("41,000 people", ("41 people",), 1 / 2),
        ("!?", ("anything",), 1),
    ],
)
def test_the_share_of_words_that_other_texts_have_too(text: str, sources: tuple[str, ...], expected: float) -> None:
    assert share_in(text, *sources) == expected


def test_words_that_say_nothing_can_be_left_out_of_the_share() -> None:
    assert share_in("The red one", "The blue one") == 2 / 3
    assert share_in("The red one", "The blue one", without={"the", "one"}) == 0

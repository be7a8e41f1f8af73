"""What texts ask for: verbs with their objects in English and Chinese, content words in many scripts."""

import pytest

from desktop.core.text.asked import content_words, verb_and_object


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write a short story about a dog.", ("write", "story")),
        ("Name three rivers that flow into the Baltic Sea.", ("name", "river")),
        ("Can you give me a list of healthy recipes?", ("give", "list")),
        ("Please come up with two slogans for a bakery.", ("come", "slogan")),
        ("Given the list of words, sort the words alphabetically.", ("sort", "word")),
        ("Summarize the following article in one sentence", ("summarize", "article")),
        ("Classify these animals as mammals or birds", ("classify", "animal")),
        ("What is the capital of France?", None),  # no verb that asks
        ("Explain how rain comes about.", None),  # no object
        ("", None),
    ],
)
def test_the_first_verb_that_asks_and_its_object_in_english(text: str, found: tuple[str, str] | None) -> None:
    assert verb_and_object(text, "en") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请写一首关于春天的诗", ("写", "诗")),
        ("列出三种健康的早餐", ("列出", "早餐")),
        ("把下面的段落改写得更简短。", ("改写", "段落")),  # the object stands before the verb
        ("好的。", None),
    ],
)
def test_the_first_verb_and_its_object_in_chinese(text: str, found: tuple[str, str] | None) -> None:
    assert verb_and_object(text, "zh") == found


def test_no_other_language_is_guessed_at() -> None:
    assert verb_and_object("Schreibe eine Geschichte.", "de") is None
    assert verb_and_object("日本の首都について説明してください。", "ja") is None


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Write a poem about the moon and the Moon.", "en", ["poem", "moon", "moon"]),
        ("请写一篇关于环境保护的演讲稿", "zh", ["环境保护", "演讲稿"]),
        ("日本の首都とコンピュータの歴史", "ja", ["日本", "首都", "コンピュータ", "歴史"]),
        ("เขียนบทกวีเกี่ยวกับฝน", "th", []),
        ("اكتب قصة عن البحر", "ar", ["اكتب", "قصة", "البحر"]),
        ("서울의 역사", "ko", ["서울의", "역사"]),
        ("Schreibe ein Gedicht über den Mond", "de", ["schreibe", "gedicht", "mond"]),
        ("Napisz wiersz", "pl", ["napisz", "wiersz"]),  # no list of its own, and none of English words either
    ],
)
def test_words_that_say_what_a_text_is_about(text: str, language: str, words: list[str]) -> None:
    assert list(content_words(text, language)) == words

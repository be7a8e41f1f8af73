"""ROUGE-L by index: the same figures as comparing everything with everything."""

import random
from itertools import accumulate, product

import numpy as np
import pytest
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from desktop.core.text import shelves
from desktop.core.text.similarity import FLOOR, Near, SimilarityIndex
from desktop.core.text.words import tokens


def rouge_l_by_hand(one: str, other: str) -> float:
    """The textbook table of longest common subsequences."""
    left, right = tokens(one), tokens(other)
    row = [0] * (len(right) + 1)
    for token in left:
        diagonal = 0
        for at, against in enumerate(right, start=1):
            diagonal, row[at] = row[at], diagonal + 1 if token == against else max(row[at], row[at - 1])
    return 2 * row[-1] / (len(left) + len(right))


def index_of(texts: list[str]) -> SimilarityIndex:
    index = SimilarityIndex()
    for text in texts:
        index.add(text)
    return index


def similarity(one: str, other: str) -> float:
    best = index_of([one]).compare(other).best
    return best[0].value if best else 0.0


def random_texts(count: int, draw: random.Random) -> list[str]:
    """Texts over few words, so that every likeness occurs, some of them edits of others."""
    words = [*"abcdefgh", "的", "写", "诗", "naïve"]
    texts = [" ".join(draw.choices(words, k=draw.randint(1, 24))) for _ in range(count)]
    for at in range(0, count, 3):
        edited = draw.choice(texts).split()
        edited[draw.randrange(len(edited))] = draw.choice(words)
        texts[at] = " ".join(edited)
    return texts


@pytest.mark.parametrize("random_seed", range(8))
@pytest.mark.parametrize("average", [True, False])
def test_agrees_with_brute_force(random_seed: int, average: bool) -> None:
    texts = random_texts(400, random.Random(random_seed))
    index = index_of(texts[:-20])
    for text in texts[-20:]:
        values = [rouge_l_by_hand(text, other) for other in texts[:-20]]
        nearest = index.compare(text, average=average)
        assert [near.value for near in nearest.best] == sorted(filter(None, values), reverse=True)[:10]
        assert all(near.value == values[near.place] for near in nearest.best)
        assert nearest.alike == tuple(Near(place, value) for place, value in enumerate(values) if value >= FLOOR)
        assert nearest.average == (pytest.approx(sum(values) / len(values)) if average else None)


def test_finds_the_ten_nearest_where_none_reaches_the_floor() -> None:
    draw = random.Random(5)
    texts = [" ".join(draw.choices([f"w{number}" for number in range(60)], k=12)) for _ in range(600)]
    index = index_of(texts[1:])
    ranked = sorted((rouge_l_by_hand(texts[0], other) for other in texts[1:]), reverse=True)
    assert ranked[0] < FLOOR
    assert [near.value for near in index.compare(texts[0]).best] == ranked[:10]


@pytest.mark.parametrize("random_seed", range(3))
def test_many_together_are_found_like_those_that_brute_force_finds(random_seed: int) -> None:
    draw = random.Random(random_seed)
    texts = [
        *random_texts(90, draw),
        *(" ".join(draw.choices("abcdef的写", k=draw.randint(30, 150))) for _ in range(6)),
    ]
    draw.shuffle(texts)
    values = [[rouge_l_by_hand(text, other) for other in texts[:place]] for place, text in enumerate(texts)]
    for floor in (0.5, 0.7, 0.9):
        index = SimilarityIndex()
        found: dict[int, list[tuple[int, float]]] = {}
        for start in range(0, len(texts), 40):
            for alike in index.extend(texts[start : start + 40], floor):
                if alike is not None:
                    found[alike.place] = list(zip(alike.places.tolist(), alike.values.tolist(), strict=True))
        for place, row in enumerate(values):
            assert found.get(place, []) == [(at, value) for at, value in enumerate(row) if value >= floor]


@pytest.mark.parametrize("floor", [0.5, 0.7, 0.9])
def test_rare_words_lead_to_the_very_pairs_that_brute_force_finds(floor: float) -> None:
    draw = random.Random(11)
    words = [f"w{number}" for number in range(4000)]
    weights = list(accumulate(1 / (number + 3) for number in range(4000)))  # as often as words are in a language
    texts: list[list[str]] = []
    for _ in range(1200):
        text = draw.choices(words, cum_weights=weights, k=draw.choice((3, 9, 14, 21, 29, 34, 60, 140)))
        if texts and draw.random() < 0.5:
            text = list(draw.choice(texts))
            for _time in range(draw.randint(0, len(text) // 2)):
                text[draw.randrange(len(text))] = draw.choice(words)
        texts.append(text[: draw.randint(len(text) // 2, len(text)) or 1])
    codes = [[int(word[1:]) for word in text] for text in texts]
    common = process.cdist(codes, codes, scorer=LCSseq.similarity, dtype=np.int32).tolist()
    index = SimilarityIndex()
    found: dict[int, list[tuple[int, float]]] = {}
    for start in range(0, len(texts), 70):  # so that runs are joined many times
        for alike in index.extend([" ".join(text) for text in texts[start : start + 70]], floor):
            if alike is not None:
                found[alike.place] = list(zip(alike.places.tolist(), alike.values.tolist(), strict=True))
    for place, row in enumerate(common):
        values = [2 * row[at] / (len(codes[at]) + len(codes[place])) for at in range(place)]
        assert found.get(place, []) == [(at, value) for at, value in enumerate(values) if value >= floor]
    assert sum(map(len, found.values())) > 500


@pytest.mark.parametrize("tenths", [5, 7, 9])
def test_pairs_exactly_at_the_floor_are_found_whatever_their_lengths(tenths: int) -> None:
    texts: list[str] = []
    for left, right in product(range(1, 90), repeat=2):
        common, rest = divmod(tenths * (left + right), 20)
        if not rest and common <= min(left, right):
            pair = words(common, left - common, f"{len(texts)}l"), words(common, right - common, f"{len(texts)}r")
            texts += [text.replace("s", f"{len(texts)}s") for text in pair]
    said: dict[int, float] = {}
    for alike in SimilarityIndex().extend(texts, tenths / 10):
        if alike is not None:
            said[alike.place] = float(alike.values[alike.places == alike.place - 1].item())
    assert said == dict.fromkeys(range(1, len(texts), 2), tenths / 10)
    assert len(said) > 50


def test_pairs_exactly_at_the_threshold_are_decided_as_whole_numbers_are() -> None:
    draw = random.Random(9)
    index = SimilarityIndex()
    pairs: list[tuple[str, str, bool]] = []
    for _ in range(1500):
        left, right = draw.randint(4, 45), draw.randint(4, 45)
        common = 7 * (left + right) // 20 + draw.choice((0, 0, 1, -1))
        if 0 < common <= min(left, right):
            mark = f"m{len(pairs)}"
            own = [f"{mark}c{number}" for number in range(common)]
            two = [list(own), list(own)]
            for text, length, side in zip(two, (left, right), "lr", strict=True):
                for number in range(length - common):
                    text.insert(draw.randint(0, len(text)), f"{mark}{side}{number}")
            pairs.append((" ".join(two[0]), " ".join(two[1]), 20 * common > 7 * (left + right)))
    assert 100 < sum(over for _one, _other, over in pairs) < len(pairs) - 100
    said: dict[int, float] = {}
    for alike in index.extend([text for one, other, _over in pairs for text in (one, other)]):
        if alike is not None:
            said[alike.place] = float(alike.values.max())
    for number, (one, other, over) in enumerate(pairs):
        assert (said.get(2 * number + 1, 0.0) > 0.7) == over
        assert (similarity(one, other) > 0.7) == over


def test_what_was_taken_in_counts_once_its_standing_is_said() -> None:
    index = index_of(["one two three"])
    [alike] = [each for each in index.extend(["one two three", "nine ten"]) if each is not None]
    assert (alike.place, alike.places.tolist(), alike.values.tolist()) == (1, [0], [1.0])
    assert index.nearest(alike) == index.compare("one two three") == index.nearest(alike)
    assert [near.place for near in index.compare("nine ten").best] == []
    index.stand(1, "dropped")
    index.stand(2, "pooled")
    assert [near.place for near in index.compare("one two three").alike] == [0, 1]
    assert [near.place for near in index.compare("nine ten").best] == [2]
    assert index.nearest(alike, without=[0]).best == ()


def words(shared: int, own: int, mark: str) -> str:
    return " ".join([f"s{number}" for number in range(shared)] + [f"{mark}{number}" for number in range(own)])


def test_shelves_that_are_too_long_to_be_joined_are_looked_up_each(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = random_texts(600, random.Random(5))

    def found() -> set[tuple[int, int, float]]:
        index = SimilarityIndex()
        alike = [each for at in range(0, 600, 50) for each in index.extend(texts[at : at + 50]) if each is not None]
        pairs = ((each.place, each.places.tolist(), each.values.tolist()) for each in alike)
        return {(place, *one) for place, places, values in pairs for one in zip(places, values, strict=True)}

    together = found()
    monkeypatch.setattr(shelves, "_LONGEST", 40)
    assert found() == together != set()


def test_signs_of_life_come_before_anything_is_compared_and_while_shelves_are_joined() -> None:
    draw = random.Random(3)
    texts = [" ".join(draw.choices("abcdefgh", k=6)) for _number in range(40)]
    index = SimilarityIndex()
    signs = [sum(each is None for each in index.extend(texts)) for _time in range(2)]
    assert signs[1] > signs[0] > 3
    assert next(index.extend(texts)) is None


def test_exactly_seven_tenths_is_seven_tenths_whatever_the_lengths() -> None:
    for left, right in product(range(1, 120), repeat=2):
        if 7 * (left + right) % 20:
            continue
        common = 7 * (left + right) // 20
        if common > min(left, right):
            continue
        if left + right > 60 and (left + right) % 100:
            continue
        value = similarity(words(common, left - common, "l"), words(common, right - common, "r"))
        assert value == 0.7
        assert not value > 0.7


def test_seventy_one_hundredths_is_above_seven_tenths() -> None:
    assert similarity(words(71, 29, "l"), words(71, 29, "r")) == 0.71 > 0.7
    assert similarity(words(70, 30, "l"), words(70, 30, "r")) == 0.70


def test_order_matters_and_bags_do_not() -> None:
    assert similarity("a b c d", "d c b a") == 0.25


def test_repeated_tokens_count_as_often_as_they_stand() -> None:
    assert similarity("ha ha ha", "ha") == 0.5


def test_near_duplicates_in_chinese_are_seen() -> None:
    assert similarity("写一首关于春天的诗", "请写一首关于春天的诗") > 0.9
    assert similarity("写一首关于春天的诗", "解释什么是黑洞") < 0.3


def test_texts_without_a_token_are_alike_if_they_are_the_same() -> None:
    assert similarity("???", "???") == 1.0
    assert similarity("???", "!!!") == 0.0
    assert similarity("???", "what") == 0.0
    assert similarity("", "") == 1.0


def test_what_is_not_in_the_pool_is_alike_and_nothing_else() -> None:
    index = SimilarityIndex()
    dropped = index.add("one two three four", in_pool=False)
    kept = index.add("one two five six seven")
    nearest = index.compare("one two three four", average=True)
    assert [near.place for near in nearest.best] == [kept]
    assert nearest.alike == (Near(dropped, 1.0),)
    assert nearest.average == nearest.best[0].value


def test_places_left_out_are_not_compared() -> None:
    index = index_of(["one two three", "one two three"])
    nearest = index.compare("one two three", without=[0])
    assert [near.place for near in nearest.best] == [1]
    assert [near.place for near in nearest.alike] == [1]


def test_an_empty_index_is_like_nothing() -> None:
    nearest = SimilarityIndex().compare("anything", average=True)
    assert (nearest.best, nearest.alike, nearest.average) == ((), (), None)


def test_words_never_seen_before_are_like_nothing() -> None:
    assert index_of(["one two three"]).compare("four five six").best == ()


def test_agrees_with_rouge_score_itself() -> None:
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rougeL"], use_stemmer=False)
    texts = random_texts(60, random.Random(2))
    for one, other in zip(texts, reversed(texts), strict=True):
        if one.isascii() and other.isascii():
            assert similarity(one, other) == pytest.approx(scorer.score(one, other)["rougeL"].fmeasure)


def test_more_words_than_there_are_characters() -> None:
    index = SimilarityIndex()
    index._codes.update({f"w{number}": number for number in range(0x110000 - 2)})  # as after a million odd rows
    place = index.add("w1 w2 w3 new1 new2 new3 new4")
    assert index.compare("w1 w2 w3 new1 new2 new3 new4 new5").best == (Near(place, 14 / 15),)
    assert index.compare("w1 w2 w3").best == (Near(place, 0.6),)

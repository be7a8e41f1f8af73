"""Records come out of another process as they went in."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from desktop.core.records import (
    Candidate,
    Conversation,
    Evidence,
    Feedback,
    Instruction,
    Message,
    Preference,
    Reason,
    Ref,
    Row,
    Span,
    Text,
    Twin,
    Verdict,
)
from desktop.jobs._packing import packed, unpacked

_TURNS = (Message("user", "Xin chào"), Message("assistant", "Chào bạn"))
_ROWS: tuple[Row, ...] = (
    Instruction("写一首诗", "", None, history=(("a", "b"),), task_type="poem", language="zh", extra={"n": [1, None]}),
    Conversation(_TURNS, "Be kind.", ({"name": "look_up"},)),
    Preference(_TURNS, "yes", "no", 0.7),
    Feedback("Is it?", "It is.", True, 4.5, "short"),
    Text("half of a pair: \ud800"),
)


def test_every_kind_of_row_is_the_same_again() -> None:
    candidates = [
        Candidate(number, number, row, run=3, item=4, parents=(Ref("seed", 1),), origin="a.json")
        for number, row in enumerate(_ROWS, 1)
    ]
    assert unpacked(packed(candidates)) == candidates


def test_a_verdict_is_the_same_again_in_another_process() -> None:
    evidence = Evidence((Span("output", 0, 3),), (Twin(Ref("candidate", 7), "like it", 0.9),))
    verdict = Verdict(False, 0.9, Reason("Too much like {twin}", {"twin": "it"}), evidence, fix=_ROWS[0])
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        again = pool.submit(_there_and_back, packed({"novelty": verdict})).result()
    assert unpacked(again) == {"novelty": verdict}


def _there_and_back(things: bytes) -> bytes:
    return packed(unpacked(things))

"""The answers a method is sent."""

from desktop.core.records import Verdict
from desktop.core.steps import Judged, Reply, Sample


def test_a_reply_speaks_for_its_first_sample() -> None:
    reply = Reply((Sample("one", "stop", 1), Sample("two", "length", 2)))
    assert (reply.text, reply.finish) == ("one", "stop")


def test_a_judgement_can_be_asked_like_a_yes_or_no() -> None:
    assert Judged(True, {"length": Verdict(True)})
    assert not Judged(False, {"length": Verdict(False)})

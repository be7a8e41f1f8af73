"""The chain with one thing changed, in the groups that run one after another."""

from desktop.core.catalogue import filters
from desktop.core.records import ChainLink
from desktop.ui.models.chain_edits import group_of, grouped, moved, settled, with_link, without

LINKS = tuple(ChainLink(id, True, {}) for id in ("novelty", "language", "length", "exact_duplicate", "empty"))


def ids(links: tuple[ChainLink, ...]) -> list[str]:
    return [link.filter for link in links]


def test_groups_stand_in_the_order_in_which_they_run() -> None:
    known = filters()
    assert ids(grouped(LINKS, known)) == ["length", "empty", "language", "novelty", "exact_duplicate"]
    assert group_of(known["exact_duplicate"]) == "rows"  # it remembers, so it runs after the rules


def test_a_filter_moves_within_its_group_alone() -> None:
    known = filters()
    assert ids(moved(LINKS, known, "length", 1)) == ["empty", "length", "language", "novelty", "exact_duplicate"]
    assert ids(moved(LINKS, known, "exact_duplicate", 0))[-2:] == ["exact_duplicate", "novelty"]
    assert ids(moved(LINKS, known, "length", 99))[:2] == ["empty", "length"]
    assert ids(moved(LINKS, known, "language", 0)) == ids(grouped(LINKS, known))


def test_switching_and_taking_out_leave_the_others() -> None:
    off = with_link(LINKS, "novelty", enabled=False)
    assert [link.enabled for link in off] == [False, True, True, True, True]
    assert with_link(off, "novelty", stored={"threshold": 0.8})[0] == ChainLink("novelty", False, {"threshold": 0.8})
    assert ids(without(LINKS, "novelty")) == ["language", "length", "exact_duplicate", "empty"]


def test_chains_are_alike_whether_a_default_is_said_or_not() -> None:
    known = filters()
    said = with_link(LINKS, "novelty", stored={"threshold": 0.7, "average": False})
    assert settled(said, known) == settled(LINKS, known)
    assert settled(with_link(LINKS, "novelty", enabled=False), known) != settled(LINKS, known)

"""How one list of ids became another: the one stretch that went, with the one that came in its place."""

from array import array
from collections.abc import Callable


def splice(old: "array[int]", new: "array[int]") -> tuple[int, int, int]:
    """(start, gone, came): `old` becomes `new` when the `gone` ids from `start` on make room for `came` others.

    Equal beginnings and ends are found by halving, so that a million ids take a few milliseconds.
    """
    start = _longest(min(len(old), len(new)), lambda size: old[:size] == new[:size])
    rest = min(len(old), len(new)) - start
    end = _longest(rest, lambda size: old[len(old) - size :] == new[len(new) - size :])
    return start, len(old) - start - end, len(new) - start - end


def _longest(most: int, alike: Callable[[int], bool]) -> int:
    """The greatest size up to `most` for which `alike` holds, as it does for every smaller one."""
    if alike(most):
        return most
    low = 0  # is alike
    while most - low > 1:
        middle = (low + most) // 2
        if alike(middle):
            low = middle
        else:
            most = middle
    return low

"""Where lists of ids differ: the one stretch that went with the one that came, or the place of a new id."""

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


def place_of(ids: "array[int]", wanted: int) -> int:
    """Where `wanted` belongs in ids that go from the greatest to the least; -1 where it is there already."""
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) // 2
        if ids[middle] > wanted:
            low = middle + 1
        else:
            high = middle
    return -1 if low < len(ids) and ids[low] == wanted else low


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

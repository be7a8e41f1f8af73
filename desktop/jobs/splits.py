"""Which split of a dataset each row goes to."""

import hashlib
from collections.abc import Mapping, Sequence

from desktop.core.errors import UserError
from desktop.core.i18n import _


def shares(splits: Mapping[str, float]) -> dict[str, float]:
    """The splits with shares that sum to 1. Raises UserError for names and shares that make no sense."""
    for name, share in splits.items():
        if not name.isidentifier():
            raise UserError(
                _("“{name}” cannot name a part of the dataset.").format(name=name),
                _("Use letters, digits and underscores, such as “train”."),
            )
        if not 0 < share < float("inf"):
            raise UserError(
                _("The share of “{name}” is not above 0.").format(name=name), _("Write for example train=0.9,test=0.1.")
            )
    total = sum(splits.values())
    return {name: share / total for name, share in splits.items()}


def assign(families: Sequence[int], splits: Mapping[str, float]) -> list[str]:
    """A split for every row, given its family, so that no family is torn apart.

    The same families fall alike every time: they are taken in the order of a hash, which knows nothing of their
    content, and each goes to the split that is furthest from its share.
    """
    sizes: dict[int, int] = {}
    for family in families:
        sizes[family] = sizes.get(family, 0) + 1
    filled = dict.fromkeys(splits, 0)
    of_family: dict[int, str] = {}
    for done, family in enumerate(sorted(sizes, key=_hashed)):
        rows = len(families)
        if done < len(splits):  # no split stays empty while there are families enough; the smallest is served first
            chosen = sorted(splits, key=splits.__getitem__, reverse=True)[-1 - done]
        else:
            chosen = max(splits, key=lambda name: splits[name] * rows - filled[name])
        filled[chosen] += sizes[family]
        of_family[family] = chosen
    return [of_family[family] for family in families]


def _hashed(family: int) -> bytes:
    return hashlib.sha256(str(family).encode()).digest()

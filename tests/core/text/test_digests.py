"""Held digests: every place of a digest is found, and none of one that only begins alike."""

import pytest

from desktop.core.text import held
from desktop.core.text.digests import SIZE, HeldDigests


def test_finds_every_place_of_a_digest_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_FRESH", 8)
    digests = HeldDigests()
    told = [bytes([number % 7]) * 4 + bytes([number % 3]) * (SIZE - 4) for number in range(100)]
    for place, digest in enumerate(told):
        assert digests.places(digest) == [at for at, other in enumerate(told[:place]) if other == digest]
        digests.append(digest)
    assert len(digests) == 100 and digests[3] == told[3]

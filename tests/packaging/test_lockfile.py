"""Reading what a lock pins."""

import lockfile
import pytest

LOCK = """# made by a tool
llama-cpp-python==0.3.36 \\
    --hash=sha256:aa
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
    # via somebody
typing_extensions==4.16.0 \\
    --hash=sha256:ee
"""


def test_every_pin_keeps_its_markers_and_hashes() -> None:
    found = lockfile.pins(LOCK)
    assert list(found) == ["llama-cpp-python", "numpy", "typing-extensions"]
    assert all(part in found["numpy"] for part in ("2.4.6", "2.5.5", "bb", "cc", "dd"))


def test_a_lock_can_be_taken_apart() -> None:
    assert lockfile.only(LOCK, "llama-cpp-python") == "llama-cpp-python==0.3.36 \\\n    --hash=sha256:aa\n"
    assert "llama" not in lockfile.without(LOCK, "llama-cpp-python")
    assert "numpy==2.5.5" in lockfile.without(LOCK, "llama-cpp-python")
    assert lockfile.version(LOCK, "llama-cpp-python") == "0.3.36"
    with pytest.raises(KeyError):
        lockfile.only(LOCK, "requests")

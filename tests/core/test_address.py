"""The address of a model server: what is one, and which may lie outside one's own network."""

import pytest

from desktop.core.address import address_of, warning_of
from desktop.core.errors import UserError


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" localhost:11434/v1/ ", "http://localhost:11434"),
        ("https://GPU.example.org/llm/v1", "https://gpu.example.org/llm"),
        ("http://[::1]:1234/", "http://[::1]:1234"),
        ("http://10.0.0.7:11434#qwen2.5:7b", "http://10.0.0.7:11434#qwen2.5:7b"),
        ("http://127.0.0.1:8080#my%20model", "http://127.0.0.1:8080#my%20model"),
    ],
)
def test_an_address_is_kept_in_one_shape(written: str, kept: str) -> None:
    assert str(address_of(written)) == kept
    assert address_of(kept) == address_of(written)


@pytest.mark.parametrize(
    "written",
    ["", "http://", "ftp://host", "file:///etc/passwd", "http://user:secret@host", "http://host?a=b", "http://ho st",
     "http://host:99999", "http://host:0", "http://host/a\r\nX: y", "http://host/../x y", "javascript:alert(1)", "http://[::1"],
)  # fmt: skip
def test_anything_else_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(UserError) as refused:
        address_of(written)
    assert "secret" not in str(refused.value)


def test_a_person_is_warned_of_an_address_that_may_be_far_away() -> None:
    for near in ("localhost:1", "127.0.0.9:1", "192.168.1.5:80", "10.1.2.3", "[fe80::1]:80", "[::1]"):
        assert warning_of(address_of(near)) == ""
    assert "unencrypted" in warning_of(address_of("http://8.8.8.8:80"))
    assert "unencrypted" not in warning_of(address_of("https://models.example.org"))
    assert "models.example.org:443" in warning_of(address_of("https://models.example.org"))

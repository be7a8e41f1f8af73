"""Public data sets come in and go out again with nothing lost."""

import json
from pathlib import Path

import pytest

from tests.formats.walks import read, rows, surest, write


@pytest.mark.parametrize(
    ("name", "format", "count"),
    [
        ("alpaca_en_demo.json", "alpaca", 999),
        ("identity.json", "alpaca", 91),
        ("glaive_toolcall_en_demo.json", "sharegpt", 300),
        ("dpo_en_demo.json", "sharegpt", 300),
        ("kto_en_demo.json", "messages", 300),
    ],
)
def test_llamafactorys_demo_sets(test_data: Path, tmp_path: Path, name: str, format: str, count: int) -> None:
    source = test_data / "llamafactory" / name
    assert surest(source) == format
    found = rows(format, source)
    assert len(found) == count
    copy = write(format, found, tmp_path / ("out.jsonl" if format == "messages" else "out.json"))
    text = copy.read_text(encoding="utf-8")
    written = json.loads(text) if format != "messages" else [json.loads(line) for line in text.split("\n") if line]
    assert written == json.loads(source.read_text(encoding="utf-8"))


def test_self_instructs_own_seeds(test_data: Path) -> None:
    incoming, flaws = read("self_instruct", test_data / "self-instruct" / "seed_tasks.jsonl")
    assert (len(incoming), flaws) == (175, [])
    assert sum(bool(each.is_classification) for each in incoming) == 26

"""Self-Instruct's seed file, a task on each line."""

from pathlib import Path

from desktop.core.records import Instruction
from tests.formats.walks import read, surest

TASKS = """\
{"id": "seed_task_0", "name": "breakfast", "instruction": "Plan a breakfast.", "instances": [{"input": "", "output": "Oats."}], "is_classification": false}
{"id": "seed_task_1", "name": "tone", "instruction": "Name the tone.", "instances": [{"input": "Great!", "output": "glad"}, {"input": "Oh no.", "output": "sad"}], "is_classification": true}
{"id": "seed_task_2", "name": "none", "instruction": "Sing.", "instances": []}
{"id": "seed_task_3", "instruction": "  ", "instances": []}
{"id": "seed_task_4", "instruction": "Odd.", "instances": "x"}
"""  # noqa: E501 - as such files are


def test_each_instance_is_a_row_under_its_tasks_name(tmp_path: Path) -> None:
    path = tmp_path / "seed_tasks.jsonl"
    path.write_text(TASKS, encoding="utf-8")
    assert surest(path) == "self_instruct"
    incoming, flaws = read("self_instruct", path)
    assert [(each.name, each.is_classification, each.row) for each in incoming] == [
        ("seed_task_0", False, Instruction("Plan a breakfast.", "", "Oats.", extra={"name": "breakfast"})),
        ("seed_task_1", True, Instruction("Name the tone.", "Great!", "glad", extra={"name": "tone"})),
        ("seed_task_1", True, Instruction("Name the tone.", "Oh no.", "sad", extra={"name": "tone"})),
        ("seed_task_2", None, Instruction("Sing.", "", None, extra={"name": "none"})),
    ]
    assert [(flaw.place, flaw.why) for flaw in flaws] == [
        ("line 4", "this row has no instruction"),
        ("line 5", "its “instances” is not a list of inputs and outputs"),
    ]

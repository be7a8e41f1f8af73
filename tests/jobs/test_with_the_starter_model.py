"""Self-Instruct and the real engine: the starter model is asked, and what it writes is read, judged and stored."""

from pathlib import Path

import pytest

from desktop.core.records import Instruction
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from desktop.jobs.generating import GenerateRequest, generate
from tests.jobs.scripted import finish, new_project

LIGHT = {"demonstrations": 6, "instances": 2}


@pytest.mark.model
@pytest.mark.slow
def test_the_starter_model_makes_rows(tmp_path: Path, starter_model: Path) -> None:
    request = GenerateRequest("self_instruct", LIGHT, 1, random_seed=3, sampling={"input_first": {"max_tokens": 120}})
    engine = LocalEngine(starter_model, EngineSettings(slots=2))
    try:
        with new_project(tmp_path / "p.seedbed") as project:
            report = finish(generate(project, engine, request))
            views = project.candidates.get(project.candidates.ids())
            replies = [each for item in project.runs.items(report.run.id) for each in project.runs.attempts_of(item.id)]
    finally:
        engine.close()
    assert report.passing >= 1, (report.run.note, report.dropped, report.discards)
    assert report.run.fingerprint == engine.model.fingerprint
    answers = {each.reply.strip() for each in replies}
    for view in views:
        assert isinstance(view.row, Instruction)
        assert any(view.row.instruction.split()[0] in reply for reply in answers)
    assert {each.step for each in replies} >= {"instructions", "classify", "input_first"}
    assert all(each.finish in ("stop", "length") and each.prompt_tokens for each in replies)

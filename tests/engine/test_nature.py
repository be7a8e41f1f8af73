"""What a model was taught is read from its own words, and is "unknown" where they do not say."""

import pytest

from desktop.engine.nature import tuned_of


@pytest.mark.parametrize(
    ("finetune", "name", "tags", "chats", "tuned"),
    [
        ("Instruct", "Qwen2.5", [], False, "instruct"),
        ("", "SmolLM2-135M-Instruct.Q4_1", [], True, "instruct"),
        ("", "gemma-3-4b-it-Q4_K_M", [], True, "instruct"),
        ("", "gemma-3-4b-pt-Q4_K_M", [], True, "base"),
        ("", "Qwen3-8B-Base", ["text-generation"], True, "base"),
        ("", "Qwen3-8B", [], True, "instruct"),
        ("", "Mistral-7B-v0.1", ["pretrained"], False, "base"),
        ("", "Mistral-7B-v0.1", [], False, "unknown"),
        ("", "Italian-7B", [], False, "unknown"),
        ("base", "chat-model", [], True, "base"),
    ],
)
def test_the_words_decide_then_the_chat_template(
    finetune: str, name: str, tags: list[str], chats: bool, tuned: str
) -> None:
    assert tuned_of(finetune, [name], tags, chats=chats) == tuned

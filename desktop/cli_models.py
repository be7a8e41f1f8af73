"""What commands show of models: each as a JSON object, then as words."""

from typing import TYPE_CHECKING

from desktop.core.engine import Model
from desktop.core.i18n import _
from desktop.core.records import JsonObject
from desktop.core.speed import Speed, speed_to_json

if TYPE_CHECKING:
    from desktop.engine.shelf import ModelFile


def of_model(model: "ModelFile") -> JsonObject:
    """A model file as far as a script needs it; `rows_per_hour_guess` (least, most) only where `speed` is null."""
    return {
        "path": str(model.path),
        "name": model.name,
        "origin": model.origin,
        "architecture": model.architecture,
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "context": model.context,
        "size": model.size,
        "files": model.files,
        "fingerprint": model.fingerprint or None,
        "licence": model.licence,
        "has_chat_template": model.has_chat_template,
        "nature": model.nature,
        "tuned": model.tuned,
        "verdict": model.verdict,
        "words": model.words,
        "memory_needed": model.needed,
        "rows_per_hour": round(model.speed.rows_per_hour) if model.speed is not None else None,
        "rows_per_hour_guess": [round(each) for each in model.guess] if model.guess is not None else None,
        "speed": speed_to_json(model.speed) if model.speed is not None else None,
    }


def model_in_words(model: "ModelFile", pace: str) -> str:
    """A model file in a few lines."""
    facts = [model.quantisation, f"{model.size / 1e6:,.0f} MB", model.origin]
    if model.parameters:
        facts.insert(0, _("{n} parameters").format(n=f"{model.parameters:,}"))
        facts.append(tuned_in_words(model.tuned) if model.nature == "text" else "")
        facts.append(model.licence or _("licence not stated"))
    lines = [f"{model.name} ({', '.join(filter(None, facts))})", model.words, pace, str(model.path)]
    return "\n    ".join(filter(None, lines))


def tuned_in_words(tuned: str) -> str:
    """Whether a model was taught to follow instructions."""
    return {"instruct": _("follows instructions"), "base": _("base model")}.get(tuned, _("base or instruct: unknown"))


def of_speed(model: Model, speed: Speed) -> JsonObject:
    """What a speed test measured."""
    return {"model": model.name, "path": model.path, "fingerprint": model.fingerprint, **speed_to_json(speed)}


def speed_in_words(model: Model, speed: Speed) -> str:
    """What a speed test measured, and what a row was taken to be."""
    return "\n".join(
        (
            _("{name} writes about {rows} rows an hour on this computer, before any is dropped.").format(
                name=model.name, rows=f"{speed.rows_per_hour:,.0f}"
            ),
            _(
                "It reads {read} tokens a second, writes {alone} alone and {together} with {slots} texts at once."
            ).format(
                read=f"{speed.read_per_second:.0f}",
                alone=f"{speed.alone_per_second:.1f}",
                together=f"{speed.together_per_second:.1f}",
                slots=speed.slots,
            ),
            _("A row was taken to be {n} tokens: one answer from a prompt with examples, and its judgement.").format(
                n=speed.row_tokens
            ),
        )
    )

"""Chains that mean something: filters with their options under one name."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.records import ChainLink, JsonObject


@dataclass(frozen=True, slots=True)
class Preset:
    """A chain to begin with. Texts are marked with N_."""

    title: str
    summary: str
    links: tuple[ChainLink, ...]


def _links(*filters: str, **options: JsonObject) -> tuple[ChainLink, ...]:
    return tuple(ChainLink(id, True, options.get(id, {})) for id in filters)


PRESETS: Mapping[str, Preset] = {
    "self_instruct": Preset(
        N_("Self-Instruct as published"),
        N_("Rules on the instruction, novelty, and rules on the answers, as in arXiv 2212.10560."),
        _links(
            "length",
            "blocked_phrases",
            "empty",
            "novelty",
            "input_equals_output",
            "conflicting_answers",
            "exact_duplicate",
            novelty={"average": True},
        ),
    ),
    "alpaca_cleaned": Preset(
        N_("Alpaca, cleaned"),
        N_("Drops the faults that AlpacaDataCleaned found in Stanford Alpaca, and what was refused or cut off."),
        _links(
            "empty",
            "input_equals_output",
            "debris",
            "placeholder",
            "question",
            "refusal",
            "truncated",
            "code",
            "repetition",
            "exact_duplicate",
            "conflicting_answers",
        ),
    ),
    "alpagasus": Preset(
        N_("AlpaGasus"),
        N_("What a model grades 4.5 and more of 5 for accuracy, after rules that cost nothing; arXiv 2307.08701."),
        _links("empty", "input_equals_output", "debris", "exact_duplicate", "rating"),
    ),
    "lima_strict": Preset(
        N_("LIMA, strict"),
        N_("Few rows in one voice: long answers without debris, personal data or refusals; arXiv 2305.11206."),
        _links(
            "length",
            "empty",
            "input_equals_output",
            "debris",
            "placeholder",
            "question",
            "language",
            "refusal",
            "truncated",
            "code",
            "repetition",
            "shares",
            "lexical_diversity",
            "privacy",
            "profanity",
            "exact_duplicate",
            "conflicting_answers",
            "novelty",
            "style",
            # LIMA took answers of 1,200 to 4,096 characters from Stack Exchange: about 200 to 700 words.
            length={"output_minimum": 200, "output_maximum": 700},
            style={"maximum": 1},
        ),
    ),
    "chinese_sft": Preset(
        N_("Chinese SFT"),
        N_(
            "For Chinese rows: the language, refusals, debris, endings, repetition and duplicates, all by Chinese "
            "rules."
        ),
        _links(
            "length",
            "empty",
            "input_equals_output",
            "debris",
            "placeholder",
            "question",
            "language",
            "refusal",
            "truncated",
            "repetition",
            "shares",
            "privacy",
            "profanity",
            "exact_duplicate",
            "conflicting_answers",
            "novelty",
            language={"languages": ["zh"]},
            profanity={"languages": ["zh", "en"]},
        ),
    ),
    "documents": Preset(
        N_("Documents"),
        N_("For rows made from your own texts: whole questions that stand alone, whole answers, no personal data."),
        _links(
            "length",
            "empty",
            "debris",
            "question",
            "refusal",
            "truncated",
            "repetition",
            "privacy",
            "exact_duplicate",
            "novelty",
        ),
    ),
}

"""Deduplication by this index beside the ways of others: same texts, same threshold, one machine.

Who takes part:

- `index`: SimilarityIndex in blocks, as the filter job of a large project uses it. Every pair is found.
- `brute`: every pair by rapidfuzz over tokens mapped to characters, in blocks with a cut-off; of a sample of the texts
  against all, extrapolated to all pairs.
- `rouge-score`: the loop that Self-Instruct publishes, one pair after another, in the Python that is named for it; of
  a few pairs, extrapolated.
- `minhash`: rensa's LSH over three-word shingles, every pair that it proposes checked by ROUGE-L; its recall is the
  share of the index's pairs that it found.

All seconds are of one core: other programs may slow it down, but do not count.

Corpora: `planted` is made here, a fifth of its rows edits of earlier ones; `templates` fills a few templates with
edits; `file` repeats the instructions of a file with edits.
"""

import json
import os
import random
import subprocess
import time
from collections.abc import Collection, Generator, Mapping
from dataclasses import asdict, dataclass
from itertools import accumulate
from math import log
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from desktop.bench._machine import peak_memory
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import JsonObject
from desktop.core.text.similarity import FLOOR, SimilarityIndex
from desktop.core.text.words import tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pairs: TypeAlias = NDArray[np.int64]

AGAINST = ("brute", "rouge-score", "minhash")
"""Whom the index may be compared with."""

_BLOCK = 2000
_SAMPLE = 500  # texts that brute force compares with all
_PAIRS = 20_000  # pairs that rouge-score compares
_NEW = 200  # texts that are compared with all, one at a time
_WORDS = 50_000
_TEMPLATES = 400
_PERMUTATIONS, _BANDS, _SEED = 128, 32, 42
_LOOP = """
import json, sys, time
from rouge_score import rouge_scorer
scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
pairs = json.load(sys.stdin)
began = time.process_time()
for one, other in pairs:
    scorer.score(one, other)
print(time.process_time() - began)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One contestant on one corpus. Seconds are of the processor, for all pairs of `rows` texts."""

    corpus: str
    rows: int
    contestant: str
    threshold: float
    seconds: float
    pairs: int | None = None  # that it found; None where it was extrapolated
    recall: float | None = None  # of the index's pairs
    exponent: float | None = None  # of the index's time, from a quarter of the texts to all
    one_more: float | None = None  # milliseconds to compare one new text with all, the median
    memory: int | None = None  # bytes at most so far: of this program, its texts and the pairs included

    def to_json(self) -> JsonObject:
        """As a program reads it."""
        return asdict(self)


def corpus(name: str, rows: int, file: Path | None = None, random_seed: int = 0) -> list[str]:
    """So many instructions. "file" needs a JSON list of objects with an "instruction"."""
    draw = random.Random(random_seed)
    words = [f"w{number}" for number in range(_WORDS)]
    weights = list(accumulate(1 / (number + 2.7) for number in range(_WORDS)))  # Zipf's law
    if name == "planted":
        found: list[str] = []
        while len(found) < rows:
            fresh = not found or draw.random() < 0.8
            text = (
                draw.choices(words, cum_weights=weights, k=draw.randint(10, 30))
                if fresh
                else found[-draw.randint(1, len(found))].split()
            )
            found.append(" ".join(text) if fresh else _edited(text, words, draw))
        return found
    if name == "templates":
        origins = [
            draw.choices(words, cum_weights=weights, k=draw.randint(12, 28))
            for _number in range(min(_TEMPLATES, rows // 4))
        ]
    else:
        stored = json.loads((file or Path()).read_text(encoding="utf-8"))
        origins = [str(each["instruction"]).split() for each in stored if str(each["instruction"]).strip()]
        words = [word for text in origins for word in text]
    first = [" ".join(text) for text in origins][:rows]
    return first + [_edited(draw.choice(origins), words, draw) for _number in range(rows - len(first))]


def run(
    name: str, texts: list[str], threshold: float, against: Collection[str], python: Path | None
) -> Generator[Event, None, list[Line]]:
    """The index at the threshold and at the floor, and whoever it is compared with on these texts."""
    count = len(texts)
    yield from _index(texts[:_SAMPLE], threshold)  # loads the libraries, and does not count
    quarter, _some = yield from _index(texts[: count // 4], threshold)
    seconds, pairs = yield from _index(texts, threshold)
    exponent, memory = log(seconds / quarter, count / (count // 4)), peak_memory()
    one_more = _one_more(texts)
    lines = [Line(name, count, "index", threshold, seconds, len(pairs), 1.0, exponent, one_more, memory)]
    at_floor, many = yield from _index(texts, FLOOR)
    lines.append(Line(name, count, "index", FLOOR, at_floor, len(many), 1.0, memory=peak_memory()))
    if "brute" in against:
        yield Progress(_("Comparing each with each, for a sample"))
        lines.append(Line(name, count, "brute", threshold, _brute(texts, threshold)))
    if "rouge-score" in against and python is not None:
        yield Progress(_("Comparing by rouge-score, for a sample"))
        lines.append(Line(name, count, "rouge-score", threshold, _rouge_score(texts, python)))
    if "minhash" in against:
        yield Progress(_("Comparing by MinHash"))
        seconds, found = yield from _min_hash(texts, threshold)
        lines.append(Line(name, count, "minhash", threshold, seconds, len(found), _recall(found, pairs)))
    return lines


def _index(texts: list[str], threshold: float) -> Generator[Event, None, tuple[float, "Pairs"]]:
    """Seconds, and the pairs above the threshold, or from the floor on."""
    began = time.process_time()
    index = SimilarityIndex()
    found = []
    for start in range(0, len(texts), _BLOCK):
        for alike in index.extend(texts[start : start + _BLOCK], threshold):
            if alike is None:
                yield Tick()
                continue
            over = alike.places[alike.values > threshold] if threshold > FLOOR else alike.places
            found.append(over + (alike.place << 32))
        yield Progress(_("Comparing by the index"), start, len(texts))
    return time.process_time() - began, _together(found)


def _together(found: "list[Pairs]") -> "Pairs":
    import numpy as np

    return np.concatenate([np.empty(0, np.int64), *found])


def _recall(found: "Pairs", pairs: "Pairs") -> float | None:
    import numpy as np

    return float(np.isin(pairs, found).mean()) if len(pairs) else None


def _one_more(texts: list[str]) -> float:
    index = SimilarityIndex()
    for text in texts:
        index.add(text)
    # The words of a text in another order: like nothing, so the nearest are looked for far below the floor.
    draw = random.Random(_SEED)
    new = [" ".join(draw.sample(words := text.split(), len(words))) for text in draw.choices(texts, k=_NEW)]
    taken = []
    for text in new:
        began = time.process_time()
        index.compare(text)
        taken.append(time.process_time() - began)
    return median(taken) * 1000


def _mapped(texts: list[str]) -> list[str]:
    """Each text with a character for each token."""
    codes: dict[str, int] = {}
    return ["".join(chr(codes.setdefault(token, len(codes))) for token in tokens(text)) for text in texts]


def _brute(texts: list[str], threshold: float) -> float:
    """Seconds for all pairs."""
    import numpy as np
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    mapped = _mapped(texts)
    some = random.Random(_SEED).sample(mapped, min(_SAMPLE, len(mapped)))
    began = time.process_time()
    for at in range(0, len(mapped), 4096):
        process.cdist(
            some, mapped[at : at + 4096], scorer=Indel.normalized_similarity, score_cutoff=threshold, dtype=np.float32
        )
    return (time.process_time() - began) / len(some) * len(texts) / 2


def _rouge_score(texts: list[str], python: Path) -> float:
    """Seconds for all pairs."""
    draw = random.Random(_SEED)
    pairs = [(draw.choice(texts), draw.choice(texts)) for _number in range(_PAIRS)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = subprocess.run(
        [python, "-c", _LOOP], input=json.dumps(pairs), capture_output=True, text=True, check=True, env=environment
    )
    return float(told.stdout) / _PAIRS * len(texts) * (len(texts) - 1) / 2


def _min_hash(texts: list[str], threshold: float) -> Generator[Event, None, tuple[float, "Pairs"]]:
    """Seconds, and the pairs above the threshold."""
    import numpy as np
    from rapidfuzz import process
    from rapidfuzz.distance import Indel
    from rensa import RMinHash, RMinHashLSH

    began = time.process_time()
    near = RMinHashLSH(FLOOR, _PERMUTATIONS, _BANDS)
    mapped = _mapped(texts)
    found = []
    for place, text in enumerate(texts):
        words = tokens(text)
        made = RMinHash(_PERMUTATIONS, _SEED)
        made.update([" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))])
        if earlier := near.query(made):
            those = [mapped[each] for each in earlier]
            values = process.cdist([mapped[place]], those, scorer=Indel.normalized_similarity, dtype=np.float64)[0]
            found.append(np.array(earlier, np.int64)[values > threshold] + (place << 32))
        near.insert(place, made)
        if place % _BLOCK == 0:
            yield Tick()
    return time.process_time() - began, _together(found)


def _edited(text: list[str], words: list[str], draw: random.Random) -> str:
    edited = list(text)
    for _number in range(draw.randint(1, max(1, len(edited) // 2))):
        at = draw.randrange(len(edited)) if edited else 0
        match draw.choice(("put in", "replace", "take out")):
            case "replace" if edited:
                edited[at] = draw.choice(words)
            case "take out" if len(edited) > 1:
                del edited[at]
            case _:
                edited.insert(at, draw.choice(words))
    return " ".join(edited)


def has_rouge_score(python: Path) -> bool:
    """Whether this Python is there and has the package."""
    if not python.is_file():
        return False
    environment: Mapping[str, str] = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return (
        subprocess.run(
            [python, "-c", "import rouge_score"], capture_output=True, check=False, env=environment
        ).returncode
        == 0
    )

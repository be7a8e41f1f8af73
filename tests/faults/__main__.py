"""Does to the engine what may happen to it, as often as one likes, and counts what comes of it.

    python -m tests.faults kills --count 100    a run on a real project; random signals at random moments
    python -m tests.faults files --count 500    damaged models, through the engine and `seedbed models check`
    python -m tests.faults cancel               how soon a cancel frees the worker in a long prompt
    python -m tests.faults worlds               little memory, broken libraries, missing instructions, hostile templates
    python -m tests.faults busy                 tokens a second beside other programs, by how threads wait

`--seed N` draws differently; `--seconds N` ends sooner and counts what there was; `--model FILE` takes another one than
the starter. The exit status is 1 where something was lost, doubled, hung or left without words.
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from desktop.core import paths
from tests.faults import busy, cancels, files, kills, worlds
from tests.faults.asking import NO_END


def main() -> int:
    """Do what the command line asks for."""
    doing = {
        "kills": kills.kills,
        "files": files.files,
        "cancel": cancels.cancel,
        "worlds": worlds.worlds,
        "busy": busy.busy,
    }
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=list(doing))
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=NO_END)
    parser.add_argument("--model", type=Path, default=paths.starter_model())
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as own:
        os.environ["SEEDBED_DATA"] = os.environ["SEEDBED_CACHE"] = own
        return 0 if doing[asked.what](asked.count, asked.seed, asked.model, asked.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())

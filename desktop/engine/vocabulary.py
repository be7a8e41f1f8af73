"""The vocabulary of a model alone, loaded in its own process while a job goes on saying that it lives."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.engine.client import LocalEngine

_WAIT = 0.04  # seconds: a job gives a sign of life at least every 50 ms


def load_vocabulary(path: Path) -> Generator[Event, None, LocalEngine]:
    """An engine that answers Count and Render; close it. Raises UserError where the file is no sound model."""
    with ThreadPoolExecutor(1, thread_name_prefix="vocabulary") as thread:
        loading = thread.submit(LocalEngine, path, only_words=True)
        yield Progress(_("Reading the model's vocabulary"))
        try:
            while not wait([loading], timeout=_WAIT).done:
                yield Tick()
        except GeneratorExit:
            loading.result().close()
            raise
    return loading.result()

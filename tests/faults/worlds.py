"""Starts the engine where it cannot work, and looks whether it says so: memory, library, processor, chat template."""

import ctypes
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from desktop.core.engine import Answered, EngineLost, Refused, Streamed
from desktop.core.errors import UserError
from desktop.core.records import Message
from desktop.core.steps import Ask, Sampling
from desktop.engine.client import LocalEngine
from desktop.engine.sizing import EngineSettings
from tests.engine.tiny_models import Tiny, qwen3
from tests.faults.asking import NO_END, spread

LONGEST = 12.0  # seconds, three starts and six seconds for a template among them
WORK = "from desktop.engine.worker import main; main()"
ILLEGAL = """
import ctypes, mmap, platform
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(b"\\x0f\\x0b" if platform.machine() in ("x86_64", "AMD64") else bytes(4))
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
TEMPLATES = {
    "loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loops in one step": "{% for a in range(99999) %}{{ 'a' | center(9999999) | upper | length }}{% endfor %}",
    "recursion": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "doubles": "{% set x = namespace(v='aa') %}{% for i in range(60) %}{% set x.v = x.v ~ x.v %}{% endfor %}{{ x.v }}",
    "classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ raise_exception.__globals__['__builtins__']['open']('{escape}', 'w').write('out') }}",
    "attribute filter": "{{ (messages | attr('__class__') | attr('__mro__'))[1] | attr('__subclasses__')() }}",
    "format": "{{ '{0.__class__.__init__.__globals__}'.format(messages) }}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}{{ os.system('touch {escape}') }}",
    "does not compile": "{% for",
    "deep": "{{ " + "(" * 20_000,
}


def worlds(count: int, seed: int, model: Path, seconds: float = NO_END) -> bool:
    """Start it in each of these worlds, `count` times with too little memory; True where each ends in words in time."""
    draw, until = random.Random(seed), time.monotonic() + seconds
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        tiny = qwen3(None)
        for kind, trials in (
            ("memory, from the start", _narrow(count, draw, model)),
            ("memory, at work", _narrowed(count, draw, model)),
            ("library", _libraries(place, tiny)),
            ("instruction", _instructions(place, tiny)),
            ("template", _templates(place, tiny)),
        ):
            told: Counter[str] = Counter()
            times: list[float] = []
            for name, trial in trials:
                if time.monotonic() > until:
                    break
                began = time.monotonic()
                try:
                    words = trial()
                except UserError as error:
                    words = f"{error.what} {error.remedy}"
                times.append(time.monotonic() - began)
                told[words] += 1
                if not words or times[-1] > LONGEST:
                    wrong.append(f"{kind}: {name}: “{words}” after {times[-1]:.1f} s")
            print(f"{kind}: {spread(times) if times else 'not tried'}")
            for words, times_told in told.most_common():
                print(f"  {times_told:4} {words}")
        if (place / "escaped").exists():
            wrong.append("a template wrote a file")
    for each in wrong:
        print(f"WRONG: {each}")
    return not wrong


Trials = Iterator[tuple[str, Callable[[], str]]]


def _answered(path: Path, before: str = "", narrow: int = 0, length: int = 60) -> str:
    """What comes of a model in a worker that does `before` first; with `narrow` its memory is bound once it is at work,
    to so many bytes more than it has."""
    settings = EngineSettings(slots=4, context=1_024)
    engine = LocalEngine(path, settings, command=(sys.executable, "-c", f"{before}\n{WORK}"))
    try:
        asks = [
            Ask("s", (Message("user", f"{number} " + "the old town " * length),), Sampling(max_tokens=20))
            for number in range(4)
        ]
        left = {engine.submit(ask, 1) for ask in asks}
        if narrow:
            engine.poll(0.3)
            with (Path("/proc") / str(engine.process) / "statm").open() as file:
                held = int(file.read().split()[0]) * resource.getpagesize()
            resource.prlimit(engine.process, resource.RLIMIT_AS, (held + narrow, held + narrow))
        ends: set[str] = set()
        while left:
            for report in engine.poll(0.1):
                if isinstance(report, Streamed):
                    continue
                left.discard(report.ticket)
                ends.add("answered" if isinstance(report, Answered) else _why(report))
        return " / ".join(sorted(ends))
    finally:
        engine.close()


def _why(report: Refused | EngineLost) -> str:
    return f"{'refused' if isinstance(report, Refused) else 'lost, to be asked again'}: {report.why}"


def _narrow(count: int, draw: random.Random, model: Path) -> Trials:
    """So little address space that it does not come far, or just as far as its work."""
    if sys.platform != "linux":
        return
    for _number in range(count):
        most = draw.randrange(60, 900) * 2**20
        before = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({most}, {most}))"
        yield f"{most / 2**20:.0f} MiB", partial(_answered, model, before)


def _narrowed(count: int, draw: random.Random, model: Path) -> Trials:
    """No more memory while it reads prompts and writes."""
    if sys.platform != "linux":
        return
    for _number in range(count):
        more = 2 ** draw.randrange(12, 26)
        yield f"{more / 1024:.0f} KiB more", partial(_answered, model, narrow=more)


def _libraries(place: Path, tiny: Tiny) -> Trials:
    """A library that is not there, empty, cut off, or another one."""
    from llama_cpp import llama_cpp

    path = tiny.write(place / "library.gguf")
    sound = Path(llama_cpp.__file__).with_name("lib") / "libllama.so"
    for name, made in {
        "missing": None,
        "empty": b"",
        "text": b"not a library\n",
        "cut off": sound.read_bytes()[: sound.stat().st_size // 2],
        "another": Path(ctypes.CDLL(None)._name or sys.executable).read_bytes()[:4096],
        "without its neighbours": sound.read_bytes(),
    }.items():
        folder = place / f"library-{name}"
        folder.mkdir()
        if made is not None:
            (folder / "libllama.so").write_bytes(made)
        yield (
            name,
            partial(_answered, path, length=2, before=f"import os; os.environ['LLAMA_CPP_LIB_PATH'] = {str(folder)!r}"),
        )


def _instructions(place: Path, tiny: Tiny) -> Trials:
    """An instruction that no processor has, at once and when the first question comes."""
    path = tiny.write(place / "instruction.gguf")
    yield "at once", partial(_answered, path, ILLEGAL, length=2)
    later = f"import desktop.engine.answering as a\ndef die(*_):\n    exec({ILLEGAL!r})\na.Answering.step = die"
    yield "at work", partial(_answered, path, later, length=2)


def _templates(place: Path, tiny: Tiny) -> Trials:
    """Chat templates that do not end, grow, or reach for what is outside."""
    for name, source in TEMPLATES.items():
        hostile = source.replace("{escape}", str(place / "escaped"))
        model = replace(tiny, values={**tiny.values, "tokenizer.chat_template": hostile})
        yield name, partial(_answered, model.write(place / f"{name}.gguf"), length=2)

"""A peer of the engine in a process of its own: it loads a model as others do, and answers lines of work.

It runs by its path, also in an environment that holds no Seedbed, so it imports nothing of ours. The first line of its
input says how to load, `{"loads": "llama_loop" or "llama_server", "model": …}`; every other one is work,
`{"asks": [{"prompt", "lengths", "seed", "sampling", "schema"}]}`, with a length for each sample. Each line is answered
by one. A length that is not bound by a schema is written in full: an end that the model draws does not count.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import metadata
from typing import Any, TypeAlias

Told: TypeAlias = dict[str, Any]
Answer: TypeAlias = Callable[[list[Told]], Told]
"""Does all asks of one line, and says how many tokens were `generated`, and of the prompts `decoded`."""


def main() -> None:
    """Serve until the input ends."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what native code prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is meant for the benchmark, which ends us

    def say(told: Told) -> None:
        output.write(json.dumps(told) + "\n")
        output.flush()

    wanted = json.loads(sys.stdin.readline())
    try:
        answer, build = {"llama_loop": llama_loop, "llama_server": llama_server}[wanted["loads"]](wanted)
    except ImportError as error:
        say({"lacks": str(error)})
        return
    say({"build": build})
    for line in sys.stdin:
        say(answer(json.loads(line)["asks"]))
    os._exit(0)  # a server's threads would wait


# ── the plain loop ───────────────────────────────────────────────────────────────────────────────


def llama_loop(wanted: Told) -> tuple[Answer, str]:
    """One completion after the other with llama-cpp-python's Llama; `threads` None leaves it as installed."""
    import llama_cpp
    from llama_cpp import llama_cpp as api
    from llama_cpp.llama_grammar import LlamaGrammar

    tuned = {}
    if wanted["threads"] is not None:
        threads = {"n_threads": wanted["threads"], "n_threads_batch": wanted["threads"]}
        tuned = {**threads, "n_batch": 512, "flash_attn": wanted["flash"]}
    llama: Any = llama_cpp.Llama(wanted["model"], n_ctx=wanted["context"], verbose=False, **tuned)
    is_end = api.llama_vocab_is_eog
    evaluate = llama.eval
    evaluated: list[int] = []

    def counted(tokens: list[int]) -> None:
        evaluated.append(len(tokens))
        evaluate(tokens)

    llama.eval = counted

    def answer(asks: list[Told]) -> Told:
        decoded = generated = 0
        for ask in asks:
            grammar = ask["schema"] and LlamaGrammar.from_json_schema(json.dumps(ask["schema"]), False)
            api.llama_vocab_is_eog = is_end if grammar else _never_ends
            for number, length in enumerate(ask["lengths"]):
                evaluated.clear()
                told = llama.create_completion(
                    ask["prompt"],
                    max_tokens=length,
                    seed=ask["seed"] + number,
                    grammar=grammar,
                    **_sampling(ask),
                )
                decoded += evaluated[0]
                generated += told["usage"]["completion_tokens"]
        return {"decoded": decoded, "generated": generated}

    return answer, f"llama-cpp-python {llama_cpp.__version__}; {_features(api.llama_print_system_info().decode())}"


def _never_ends(_vocabulary: object, _token: int) -> bool:
    return False


# ── the server ───────────────────────────────────────────────────────────────────────────────────


def llama_server(wanted: Told) -> tuple[Answer, str]:
    """llama.cpp's server as xllamacpp carries it, asked without HTTP by as many threads as it has slots."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = wanted["model"]
    parameters.n_parallel = wanted["slots"]
    parameters.n_ctx = wanted["slots"] * wanted["context"]
    parameters.n_batch = 512
    parameters.kv_unified = True
    parameters.cpuparams.n_threads = wanted["threads"]
    parameters.cpuparams_batch.n_threads = wanted["threads"]
    flash = xllamacpp.llama_flash_attn_type
    parameters.flash_attn_type = (
        flash.LLAMA_FLASH_ATTN_TYPE_ENABLED if wanted["flash"] else flash.LLAMA_FLASH_ATTN_TYPE_DISABLED
    )
    parameters.verbosity = 0
    server = xllamacpp.Server(parameters)
    clients = ThreadPoolExecutor(wanted["slots"])

    def answer(asks: list[Told]) -> Told:
        told = list(clients.map(partial(_ask_server, server), asks))
        return {name: sum(each[name] for each in told) for name in ("decoded", "generated")}

    build = f"xllamacpp {metadata.version('xllamacpp')}; {_features(xllamacpp.get_system_info())}"
    return answer, build


def _ask_server(server: Any, ask: Told) -> Told:
    samples = len(ask["lengths"])
    wanted = {
        "prompt": ask["prompt"],
        # All samples of a request have one length.
        "max_tokens": max(1, round(sum(ask["lengths"]) / samples)),
        "n": samples,
        "seed": ask["seed"],
        "ignore_eos": not ask["schema"],
        "cache_prompt": True,
        **_sampling(ask),
    }
    if ask["schema"]:
        # Blanks as the other contestants may write them, instead of any that the model likes.
        form = {"whitespace_flexible": False, "key_separator": ": ", "item_separator": ", "}
        wanted["json_schema"] = {**ask["schema"], "x-guidance": form}
    told = server.handle_completions(wanted)
    if "timings" not in told:
        raise RuntimeError(f"the server does not answer: {json.dumps(told)[:300]}")
    return {"decoded": told["timings"]["prompt_n"], "generated": told["usage"]["completion_tokens"] * samples}


def _sampling(ask: Told) -> Told:
    """How tokens are drawn, with everything off that these libraries do by default."""
    return {**ask["sampling"], "repeat_penalty": 1.0}


def _features(said: str) -> str:
    """What a build makes use of: "AVX AVX2 …", from llama.cpp's "AVX = 1 | AVX2 = 1 | …"."""
    parts = (part.partition(" = ") for part in said.replace("CPU : ", "").split(" | "))
    return " ".join(name for name, _equals, on in parts if on.strip() == "1")


if __name__ == "__main__":
    main()

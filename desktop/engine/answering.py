"""A loaded model and what it answers: questions that decode go to the batchers, the others are answered at once."""

from collections.abc import Callable
from pathlib import Path

from desktop.core.i18n import N_
from desktop.core.steps import Ask, Choose, Count, Embed, Score, Told
from desktop.engine import native
from desktop.engine.batching import Batcher
from desktop.engine.embedding import Embedder
from desktop.engine.groups import GROUP_LEAST, GROUP_TEXTS, Groups, Shared
from desktop.engine.holding import Apart, Together
from desktop.engine.preparing import Reader, Refusal
from desktop.engine.protocol import Done, Figures, FromWorker, Load, Loaded, Loading, Refuse, Submit, Trouble
from desktop.engine.template import ChatTemplate, TemplateError
from desktop.engine.tuning import best_shape

_OUTPUTS = 64
"""Rows of logits in one step beside one for each slot: what a Score takes at once."""


class CannotAnswer(Exception):  # noqa: N818 - a reason on its way to the client
    """A model that cannot be loaded, and why."""

    def __init__(self, what: str, remedy: str, path: str) -> None:
        super().__init__(what)
        self.trouble = Trouble(what, remedy, {"name": Path(path).name})


class Answering:
    """Answers one model's questions, step by step."""

    def __init__(self, load: Load, say: Callable[[FromWorker], None], note: Callable[[str], None]) -> None:
        """Load the model. Raises CannotAnswer."""
        self._say = say
        self._load = load
        self._weights = weights = _weights(load, say)
        self._shape = load.shape
        if load.tune and weights.writes and not load.only_words:
            self._shape = best_shape(weights, load.shape, lambda share: say(Loading(1.0, share)))
        self._reader = Reader(weights.vocabulary, _template(weights, note), self._shape.context)
        self._embedder: Embedder | None = None
        self._contexts: list[native.Context] = []
        self._groups = self._make_groups() if weights.writes and not load.only_words else None
        writes = self._groups is not None
        self.loaded = Loaded(self._shape, self._reader.template is not None, writes, weights.note)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to decode."""
        return all(part is None or part.idle for part in (self._groups, self._embedder))

    def step(self) -> None:
        """Decode once for what is asked."""
        if self._groups is not None and not self._groups.idle:
            self._groups.step()
        if self._embedder is not None and not self._embedder.idle:
            self._embedder.step(self._tell)

    @property
    def figures(self) -> Figures:
        """What was counted so far."""
        return self._groups.figures if self._groups is not None else Figures()

    def abort(self, now: bool) -> None:
        """Break off the running decode, and every one until it is called with False. From any thread."""
        for context in self._contexts:
            context.abort(now)

    def submit(self, message: Submit) -> None:
        """Take on a question, or answer it at once."""
        question = message.question
        try:
            if isinstance(question, Ask | Score | Choose):
                groups = self._groups_for()
                groups.submit(message.ticket, question, message.random_seed, self._reader.prepare(question))
            elif isinstance(question, Embed):
                self._embedder_for().submit(message.ticket, question)
            else:
                told = self._reader.count(question) if isinstance(question, Count) else self._reader.render(question)
                self._tell(message.ticket, told)
        except Refusal as refusal:
            self._say(Refuse(message.ticket, refusal.trouble))

    def cancel(self, ticket: int) -> None:
        """Drop a question; nothing more is said of it."""
        if self._groups is not None:
            self._groups.cancel(ticket)
        if self._embedder is not None:
            self._embedder.cancel(ticket)

    def _embedder_for(self) -> Embedder:
        if self._load.only_words:
            raise Refusal(_ONLY_WORDS)
        if self._embedder is None:
            try:
                self._embedder = Embedder(self._weights, self._shape)
            except MemoryError:
                raise Refusal(_NO_ROOM) from None
        return self._embedder

    def _groups_for(self) -> Groups:
        if self._groups is None:
            raise Refusal(_ONLY_WORDS if self._load.only_words else _WRITES_NOT)
        return self._groups

    def _make_groups(self) -> Groups:
        shape, weights = self._shape, self._weights
        context = self._context(shape.slots, shape.context, together=False)
        if context is None:
            what = N_("There is not enough free memory for “{name}”.")
            raise CannotAnswer(what, N_("Close other programs, or choose a smaller model."), self._load.path)
        holding = Apart(context, shape.slots, rewinds=weights.rewinds, saved=self._load.saved)
        apart = Batcher(context, holding, weights.vocabulary, self._say, self._tell)
        shares = shape.together and weights.shares and 2 * shape.slots >= GROUP_LEAST  # so many are asked at a time
        room = self._load.together if shares else 0
        common = self._context(GROUP_TEXTS, room, together=True) if room else None
        if common is None:
            return Groups(apart, None)
        memory = Together(common, GROUP_TEXTS)
        batcher = Batcher(common, memory, weights.vocabulary, self._say, self._tell)
        return Groups(apart, Shared(batcher, memory, room))

    def _context(self, sequences: int, tokens: int, *, together: bool) -> native.Context | None:
        """None where there is not enough memory for it."""
        shape = self._shape
        outputs = sequences + _OUTPUTS
        size = native.Size(shape.threads, sequences, tokens, outputs, shape.flash, shape.small_keys, together)
        try:
            made = native.Context(self._weights, size)
        except MemoryError:
            return None
        self._contexts.append(made)
        return made

    def _tell(self, ticket: int, told: Told) -> None:
        self._say(Done(ticket, told, self.figures))


_ONLY_WORDS = Trouble(N_("Only the words of this model are loaded, so it counts tokens and nothing else."))
_WRITES_NOT = Trouble(
    N_("This model does not write text: it is made to compare texts."), N_("Choose a model that writes for this.")
)
_NO_ROOM = Trouble(N_("There is not enough free memory to compare texts."), N_("Close other programs."))


def _weights(load: Load, say: Callable[[FromWorker], None]) -> native.Weights:

    try:
        return native.Weights(
            load.path,
            lambda fraction: say(Loading(fraction)),
            gpu_layers=load.shape.gpu_layers,
            only_words=load.only_words,
        )
    except OSError:
        what = N_("“{name}” cannot be loaded: it is damaged, or of a kind that this llama.cpp does not know.")
        raise CannotAnswer(what, N_("Choose another model file."), load.path) from None


def _template(weights: native.Weights, note: Callable[[str], None]) -> ChatTemplate | None:
    """The model's chat template; None where it has none, or none that compiles."""
    words = weights.vocabulary
    if not weights.chat_template:
        return None
    try:
        return ChatTemplate(weights.chat_template, words.name(words.bos), words.name(words.eos))
    except TemplateError as error:
        note(f"chat template: {error}")
        return None

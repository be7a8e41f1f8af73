"""Style: a row whose answer speaks in another voice than the rest of the set is dropped."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Evidence, Reason, Row, Span, Text, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Reading
from desktop.core.text.prose import without_code
from desktop.filters._verdicts import PASSED


@dataclass(frozen=True, slots=True)
class _Trait:
    """Something that makes a voice: where it is, and what is seen far sooner."""

    pattern: re.Pattern[str]
    needs: tuple[str, ...] = ()  # signs of which a text with this trait has one
    tail: int = 0  # it stands so near the end of the last line; 0: anywhere

    def found_in(self, text: str) -> re.Match[str] | None:
        """Where a text shows it first."""
        if self.needs and not any(map(text.__contains__, self.needs)):
            return None
        return self.pattern.search(text, max(len(text) - self.tail, text.rfind("\n") + 1) if self.tail else 0)


_TRAITS: Mapping[str, _Trait] = {
    N_("chatty opening"): _Trait(
        re.compile(
            r"\A\W*(?:sure|certainly|of course|absolutely|great question|good question|i['’]d be happy|happy to help|"
            r"here(?:['’]s| is| are) (?:a|an|the|some|your)|"
            r"当然|好的[，,！!]|没问题|很高兴|以下是|もちろん|はい、|かしこまりました|แน่นอน|ได้เลย|"
            r"بالتأكيد|بالطبع|تأكيد|tất nhiên|chắc chắn|"
            r"dưới đây là|물론)",
            re.IGNORECASE,
        )
    ),
    N_("offer at the end"): _Trait(
        re.compile(
            r"(?:let me know|feel free to|hope (?:this|that) helps|i hope|happy to help|any (?:other|further|"
            r"more) questions|good luck|希望(?:这|以上|对你|对您|能)|"
            r"如果(?:你|您)(?:还)?有|请随时|祝你|祝您|"
            r"お役に立て|お気軽に|หวังว่า|آمل أن|لا تتردد|hy vọng|đừng ngần ngại|도움이 되)[^\n]{0,100}\Z",
            re.IGNORECASE,
        ),
        tail=140,  # what follows, and more than the longest of these words
    ),
    N_("first person"): _Trait(
        # Each begins with a letter of its own, and looks behind from there: such patterns are searched far sooner.
        re.compile(
            r"I(?<!\wI)\b|my(?<!\wmy)(?:self)?\b|我(?<!自我)(?!们|国|的世界)|私(?:は|の|が)|ผม|ฉัน|أنا(?<!\wأنا)\b|"
            r"tôi(?<!\wtôi)\b|저는"
        )
    ),
    N_("bold text"): _Trait(re.compile(r"\*\*(?=\w)[^*\n]+(?<=[\w.:!?])\*\*")),
    N_("headings"): _Trait(re.compile(r"^#{1,6} \S", re.MULTILINE), ("#",)),
    N_("list"): _Trait(re.compile(r"^\s*(?:[-*•] |\d{1,2}[.)、] ?)\S", re.MULTILINE)),
    N_("table"): _Trait(re.compile(r"^\|.*\|\s*$", re.MULTILINE), ("|",)),
    N_("emoji"): _Trait(re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")),
    N_("exclamation marks"): _Trait(re.compile("[!！]"), ("!", "！")),
    N_("question to the reader"): _Trait(re.compile(r"[?？؟]\W*\Z"), ("?", "？", "؟")),
}
"""What makes a voice, by name. LIMA (arXiv 2305.11206) asks for one, without the first person."""

_OF_A_SPEAKER = frozenset({"first person", "exclamation marks", "question to the reader"})
_SPEAKS = re.compile(  # Tasks whose answer somebody else is to say: its voice is theirs.
    r"dialog|conversation|interview|letter|e-?mail|messag|tweet|post\b|slogan|advert|story|poem|song|lyric|joke|riddle|"
    r"speech|\bscript|greet|welcom|introduc|\blines? of\b|review|repl(?:y|ies)|respond|customer|act as|"
    r"(?:ask|write|list|create|generate|suggest|give|construct|come up)\b[^.?!\n]{0,40}(?:question|quer|quote)|"
    r"对话|對話|访谈|信|邮件|郵件|消息|微博|朋友圈|标语|广告|故事|诗|歌|笑话|谜语|演讲|剧本|问候|回复|客服|顾客|扮演|欢迎|自我介绍|"
    r"(?:写|提|列|问)[^。？！\n]{0,12}问题|台词|评论|会話|手紙|メール|物語|詩|質問を|"
    r"hội thoại|thư|thơ|câu hỏi|บทสนทนา|จดหมาย|حوار|رسالة|قصيدة|قصة|سؤال",
    re.IGNORECASE,
)

_MOST_ROWS = 2000  # rows after which the profile is settled: a row judged late is judged as one judged early


@dataclass(frozen=True)
class StyleOptions(Options):
    """What is a departure, and how many are borne with."""

    maximum: int = option(
        2,
        About(
            title=N_("Departures, at most"),
            help=N_("Traits in which the answer does what nearly no other answer does, or lacks what nearly all have."),
            why=N_("LIMA (arXiv 2305.11206) found that answers in one uniform voice matter; the number is our own."),
            minimum=0,
            maximum=10,
        ),
    )
    rarity: float = option(
        0.1,
        About(
            title=N_("A trait is rare below"),
            help=N_("Share of the seeds and of the rows before that have it."),
            minimum=0.0,
            maximum=0.5,
            step=0.01,
        ),
    )
    least: int = option(
        20,
        About(
            title=N_("Only after"),
            help=N_("Seeds and rows that have to be there before anything can stand out from them."),
            minimum=1,
            maximum=1000,
            unit=N_("rows"),
        ),
    )


class _Judge:
    """Counts the traits of the seeds and of the rows so far, kept or not: the voice of the set."""

    def __init__(self, options: StyleOptions, context: FilterContext) -> None:
        self._options = options
        self._rows = 0
        self._with: dict[str, int] = dict.fromkeys(_TRAITS, 0)
        self._departing: dict[Reading, tuple[str, ...]] = {}  # as the set speaks now
        for seed in context.seeds:
            self._count(self.read(seed.row) or bytes(len(_TRAITS)))

    def read(self, row: Row, /) -> Reading:
        """A byte for each trait: whether one of the answers shows it; nothing where there is no answer."""
        texts = [] if isinstance(row, Text) else [without_code(text) for text in answers_of(row).values()]
        if not texts:
            return b""
        return bytes([any(trait.found_in(text) for text in texts) for trait in _TRAITS.values()])

    def __call__(
        self, candidate: Candidate, siblings: Sequence[Candidate], /, reading: Reading | None = None
    ) -> Verdict:
        row = candidate.row
        reading = self.read(row) if reading is None else reading
        if not reading:
            return PASSED
        if self._rows < self._options.least:
            self._count(reading)
            return PASSED
        departures = self._departures(reading)
        if not _OF_A_SPEAKER.isdisjoint(departures) and _SPEAKS.search(lead_of(row)[:1000]):
            departures = tuple(name for name in departures if name not in _OF_A_SPEAKER)
        self._count(reading)
        value = float(len(departures))
        if value <= self._options.maximum:
            return passing(value)
        reason = Reason(N_("Speaks unlike the rest of the set: {traits}"), {"traits": departures})
        return Verdict(False, value, reason, Evidence(spans=tuple(_places(row, departures))))

    def remember(self, candidate: Candidate, passed: bool, /, reading: Reading | None = None) -> None:
        self._count(self.read(candidate.row) if reading is None else reading)

    def _departures(self, reading: Reading) -> tuple[str, ...]:
        """The traits that are rare and shown, or missed though nearly all have them."""
        if (known := self._departing.get(reading)) is None:
            rare = self._options.rarity
            shares = ((name, count / self._rows) for name, count in self._with.items())
            known = self._departing[reading] = tuple(
                name
                for shown, (name, share) in zip(reading, shares, strict=True)
                if (share < rare if shown else share > 1 - rare)
            )
        return known

    def _count(self, reading: Reading) -> None:
        if reading and self._rows < _MOST_ROWS:
            self._rows += 1
            for name, shown in zip(_TRAITS, reading, strict=True):
                self._with[name] += shown
            self._departing.clear()


def _places(row: Row, traits: Sequence[str]) -> Iterator[Span]:
    """Where the answers of a row show each of these traits first; those that they do not show are left out."""
    texts = {field: without_code(text) for field, text in answers_of(row).items()}
    for name in traits:
        for field, text in texts.items():
            if match := _TRAITS[name].found_in(text):
                yield Span(field, *match.span())
                break


FILTER = Filter(
    title=N_("One voice"),
    summary=N_("Drops a row whose answer departs in several ways from how the rest of the set speaks."),
    source=N_("LIMA, arXiv 2305.11206"),
    options=StyleOptions,
    start=_Judge,
    remembers=True,
    value_title=N_("Departures from the voice of the set"),
    cut="maximum",
    cost="pairs",
    dropped_as=N_("in another voice"),
)

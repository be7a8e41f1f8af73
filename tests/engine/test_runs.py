"""What a grammar leaves no choice about is not drawn, and the words behind it stay whole."""

from collections.abc import Sequence

from desktop.engine.grammar import Grammar
from desktop.engine.native import Vocabulary
from desktop.engine.runs import Form

PIECES = ("Name", ":", " ", " Ann", "Ann", "\n", "e", " 4")


class Words(Vocabulary):
    """Tokens are whole words, most of them with the space before them."""

    def __init__(self) -> None:
        self.size = len(PIECES)

    def tokens(self, text: str, *, special: bool = True, control: bool = True, ended: bool = False) -> list[int]:
        found: list[int] = []
        while text:
            longest = max((each for each in PIECES if text.startswith(each)), key=len)
            found.append(PIECES.index(longest))
            text = text[len(longest) :]
        return found

    def piece(self, token: int) -> bytes:
        return PIECES[token].encode()

    def ends(self, token: int) -> bool:
        return False


def said(tokens: Sequence[int]) -> list[str]:
    return [PIECES[token] for token in tokens]


def test_a_space_before_a_free_word_is_left_to_the_word() -> None:
    form = Form(Grammar('root ::= "Name: " [A-Z] [a-z]+ "\\n"'), Words(), "")
    forced = form.forced()
    assert said(forced) == ["Name", ":"]
    for token in forced:
        form.accept(token)
    assert said(form.forced()) == []
    assert said([token for token in range(len(PIECES)) if form.allows(token)]) == [" ", " Ann"]


def test_a_space_within_what_is_forced_is_forced() -> None:
    form = Form(Grammar('root ::= "Name: Ann" [a-z] "\\n"'), Words(), "")
    assert said(form.forced()) == ["Name", ":", " Ann"]


def test_what_may_come_is_named_where_it_begins_with_few_characters() -> None:
    named = Form(Grammar('root ::= "Name" | "e" | "A" [a-z]+'), Words(), "").choices()
    assert set(said(named)) == {"Ann", "Name", "e"}
    assert not Form(Grammar("root ::= [a-zA-Z]+"), Words(), "").choices()  # many
    assert not Form(Grammar('root ::= "e"?'), Words(), "").choices()  # it may also end

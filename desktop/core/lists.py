"""Lists that methods and filters draw from: topics, task types, principles, phrases; one entry a line."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core import paths
from desktop.core.i18n import N_

_NOTE = "#"


@dataclass(frozen=True, slots=True)
class ListAbout:
    """What a list is called on screen, and what a line of it holds; marked with N_."""

    title: str
    line: str


_PHRASE = N_("a phrase; ^ before it blocks it at the very start only")

LISTS: Mapping[str, ListAbout] = {
    "answer_styles": ListAbout(N_("system texts of the answers"), N_("a system text; “(empty)” is none")),
    "aspects": ListAbout(N_("aspects"), N_("a question by which an answer is graded")),
    "audiences": ListAbout(N_("readers"), N_("whom a lesson is for")),
    "blocked_phrases.en": ListAbout(N_("blocked phrases, English"), _PHRASE),
    "blocked_phrases.zh": ListAbout(N_("blocked phrases, Chinese"), _PHRASE),
    "criteria": ListAbout(N_("criteria"), N_("a question by which one of two answers is the better one")),
    "dialogue_styles": ListAbout(
        N_("ways of speaking"),
        N_("a weight, a colon, how the person speaks, the sign |, how the assistant speaks"),
    ),
    "evol_code_operations": ListAbout(N_("ways to make a task harder"), N_("a name, a colon, what to do")),
    "evol_operations": ListAbout(N_("ways to make an instruction harder"), N_("a name, a colon, what to do")),
    "follow_ups": ListAbout(N_("ways to go on"), N_("how a person goes on after an answer")),
    "harms": ListAbout(N_("what is to be refused"), N_("something that an assistant should not help with")),
    "homophones": ListAbout(N_("Chinese words that sound alike"), N_("the right word, then wrong ones, with blanks")),
    "identity_answers": ListAbout(
        N_("answers"),
        N_("what it is about, a colon, the answer; {{name}}, {{maker}} and {{languages}} are filled in"),
    ),
    "identity_questions": ListAbout(N_("questions"), N_("what it is about, a colon, the question")),
    "names": ListAbout(N_("names of people"), N_("a name that is taken for personal data")),
    "principles": ListAbout(
        N_("principles"), N_("by what an answer is criticised, the sign |, how it is revised then")
    ),
    "profanity": ListAbout(N_("swear words of your own"), N_("a word that counts as one")),
    "profanity.allowed": ListAbout(N_("words that are no swear words"), N_("a word that does not count as one")),
    "question_types": ListAbout(N_("kinds of question"), N_("a kind of question that an assistant may get wrong")),
    "synonyms": ListAbout(N_("synonyms"), N_("words that can stand for one another, with blanks between")),
    "system_messages": ListAbout(
        N_("system texts"), N_("kinds of task, or “any”, a colon, the system text; “(empty)” is none")
    ),
    "task_types": ListAbout(N_("kinds of task"), N_("a kind of task")),
    "templates": ListAbout(N_("templates"), N_("a task, a colon, the prompt, the signs |||, the answer")),
    "topics": ListAbout(N_("topics"), N_("a topic")),
}
"""The lists that a project may have of its own, by name."""


def entries_of(text: str) -> tuple[str, ...]:
    """The entries of a list as it is written: its lines without those that are empty, and without notes."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith(_NOTE))


def brought_along(name: str, language: str) -> tuple[str, ...]:
    """The entries of resources/lists/<name>.<language>.txt; English where the language has none.

    Some names have one file for every language, <name>.txt, or say their language: “blocked_phrases.zh”. Empty where
    there is none of these.
    """
    folder = paths.resources() / "lists"
    for file in (f"{name}.{language.replace('-', '_').split('_')[0]}.txt", f"{name}.en.txt", f"{name}.txt"):
        if (path := folder / file).is_file():
            return entries_of(path.read_text(encoding="utf-8"))
    return ()

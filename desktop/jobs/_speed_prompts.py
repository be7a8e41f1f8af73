"""What a speed test has a model read and write: prompts of the size and the build of those of real runs."""

from desktop.core.steps import Ask, Sampling

SAMPLES = 4  # of one prompt, as Self-Instruct asks for them
WRITTEN = 96  # tokens of a sample at most
JUDGED = 8  # tokens of a judgement at most

_TASKS = (
    "Rewrite the sentence below so that a child of ten understands it.",
    "Is the following message a complaint, a question or praise? Answer with one word.",
    "Write a short letter that asks a supplier for a later date of delivery, and gives a reason.",
    "Which of these five towns lies farthest north? Explain how you know.",
    "Sort the list of expenses by amount and give the total at the end.",
    "Summarise the report in three sentences for somebody who was not at the meeting.",
    "Find the mistake in this calculation and show the right result.",
    "Suggest a title for an article about night trains that is neither dull nor loud.",
    "Turn the notes below into a polite reply to the customer.",
    "Name two advantages and two drawbacks of working in shifts.",
    "Explain what a power of attorney is, and when one is needed.",
    "Translate the instruction into plain words, without any abbreviation.",
)
_SHOWN = 8
_RUBRIC = """You judge rows of a training set. Give each row a mark from 1 to 5 and nothing else.
5: the instruction is clear and can be answered without anything that is missing, and the answer is right, complete
and no longer than it needs to be.
4: as 5, but the answer has a small flaw of style, of order or of length that nobody would stumble over.
3: the answer helps, but something that was asked for is missing, or it says something that was not asked for.
2: the answer is on the subject and does not help: it repeats the question, stays vague, or contradicts itself.
1: the answer is wrong, harmful, cut off or about something else, or the instruction cannot be understood.
A row that asks for a picture, a sound or a visit to a web page has the mark 1, whatever its answer is. Do not give
a better mark for length. Do not give a worse mark for a language other than English. If in doubt, take the lower
mark."""
_SUBJECTS = ("the harbour", "a dentist", "three invoices", "the night shift", "a cracked pipe", "the school choir",
             "winter tyres", "an old bridge")  # fmt: skip


def reading(words: int, number: int) -> Ask:
    """A prompt of about so many words that shares no beginning with another of these, and one token of answer."""
    text = " ".join(_TASKS[(number + at) % len(_TASKS)] for at in range(words // 10 + 1))
    return Ask("reading", f"{number} times: {' '.join(text.split()[:words])}", Sampling(max_tokens=1))


def alone(number: int) -> Ask:
    """One text from a short prompt."""
    return Ask("alone", f"{number + 1}. {_TASKS[number % len(_TASKS)]}\nAnswer:", Sampling(0.7, max_tokens=WRITTEN))


def examples(number: int) -> Ask:
    """A few new tasks from eight that are shown."""
    shown = [_TASKS[(5 * number + at) % len(_TASKS)] for at in range(_SHOWN)]
    listed = "\n".join(f"{at}. {task}" for at, task in enumerate(shown, 1))
    prompt = f"Come up with a series of tasks and their answers, as varied as these:\n{listed}\n{_SHOWN + 1}."
    return Ask("examples", prompt, Sampling(0.7, max_tokens=WRITTEN), n=SAMPLES)


def judgement(number: int) -> Ask:
    """A mark for one row, after a long rubric that is always the same."""
    row = f"Row {number + 1}: {_TASKS[number % len(_TASKS)]} It is about {_SUBJECTS[number % len(_SUBJECTS)]}."
    return Ask("judgement", f"{_RUBRIC}\n\n{row}\nMark:", Sampling(0.0, max_tokens=JUDGED))

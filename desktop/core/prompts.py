"""A prompt is data: a template for each language, and an example of the reply that its parser reads."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.core import paths
from desktop.core.errors import UserError
from desktop.core.i18n import _, listed

PLACE = re.compile(r"\{\{ *([a-z_]+) *\}\}")
EVERYWHERE = ("language",)
"""Places that every prompt may have, and none needs."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One step's template in each language, with `{{name}}` places, and a reply that parses.

    `file` names a text in resources/prompts without its language ("self_instruct/classify" is
    resources/prompts/self_instruct/classify.en.txt); it is read when the prompt is first used. `{{language}}`,
    the language of the rows by its English name, may stand in every prompt: the English one serves most languages.
    """

    step: str
    file: str
    places: tuple[str, ...]  # the names it is given
    example_reply: Mapping[str, str]  # language → a reply that this step's parser reads
    title: str = ""  # what this step writes, in a word or two, marked with N_; empty: the step's name will do
    read: Callable[[str], object] = str.strip  # what the parser makes of a reply; nothing, where it cannot be used

    def text(self, language: str) -> str:
        """The default template; a language without one of its own uses English."""
        folder = paths.resources() / "prompts"
        own = folder / f"{self.file}.{language}.txt"
        path = own if own.is_file() else folder / f"{self.file}.en.txt"
        return path.read_text(encoding="utf-8").removesuffix("\n")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with each `{{name}}` replaced; what a value holds is never read as a template."""

    def place(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise UserError(
                _("The prompt asks for “{name}”, which this step does not have.").format(name=match[1]),
                _("Use only: {names}.").format(names=listed(values)),
            )
        return values[match[1]]

    return PLACE.sub(place, template)


def fingerprint(texts: Sequence[str]) -> str:
    """SHA-256, in hex, of a set of templates in their order."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()

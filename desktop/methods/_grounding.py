"""Whether a text keeps to the source it was made from, and whether it points at one that its reader does not have."""

import re
import unicodedata

from desktop.core.i18n import N_
from desktop.core.records import Reason
from desktop.core.text.words import share_in, whole_numbers
from desktop.methods import _forms

POINTS = Reason(N_("The question points at a text that its reader does not have."))
MADE_UP = Reason(N_("It has a figure that the passage does not have."))

_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_POINTING = re.compile(
    r"\b(?:this|that|these|those|above|following|given|provided)\s+"
    r"(?:text|article|passage|document|paragraph|section|excerpt|context|material|paper|story|table|author|information)\b"
    r"|\bthe\s+(?:text|article|passage|paragraph|excerpt)\b"
    r"|\bbased on (?:the )?(?:above|this|that|given)\b|\b(?:mentioned|described|stated|provided) (?:above|below|here)\b"
    r"|\baccording to (?:the )?(?:above|author|document)\b"
    r"|本文|本段|本节|该文|该段|此文|这篇|这段|这份|文中|文章(?=中|里|提|指|认|说|作)|段落|上文|上述|下文"
    r"|以上(?:内容|信息|文字|材料)|根据(?:文章|材料|资料|以上)|所给|作者(?=认为|指出|提到|说)",
    re.IGNORECASE,
)


def pointing(text: str) -> str:
    """The words by which a text points at one that its reader does not have; empty where it does not."""
    found = _POINTING.search(text)
    return found[0] if found else ""


def grounding(text: str, *sources: str) -> float:
    """The share of a text's content words that the sources have too, 0 to 1; 1 where it has none, such as "Yes"."""
    return share_in(text, *sources, without=_forms.STOP_WORDS)


def made_up(text: str, source: str) -> str:
    """The first figure of two digits or more that the source does not have; empty where all are from there.

    A smaller one may have been counted.
    """
    known = set(_figures(source))
    return next((figure for figure in _figures(text) if len(figure) > 1 and figure not in known), "")


def _figures(text: str) -> list[str]:
    return _FIGURE.findall(whole_numbers(unicodedata.normalize("NFKC", text)))

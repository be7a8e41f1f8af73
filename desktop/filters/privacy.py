"""Privacy: a row that holds personal data or secrets is dropped, or they are taken out on request."""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.core.content import fields_of, with_fields
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Span, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.words import UNSPACED
from desktop.filters._personal import NAME, RULES, Found, finder_of, signs_of
from desktop.filters._phones import phones_of
from desktop.filters._verdicts import NONE_FOUND, failed

_NAMES = "names"  # the project's list
_PSEUDONYMS = (
    "Alex Morgan",
    "Sam Taylor",
    "Robin Lee",
    "Kim Novak",
    "Jamie Park",
    "Chris Weber",
    "Dana Silva",
    "Noor Khan",
)
_ZH_PSEUDONYMS = ("张伟", "李娜", "王芳", "刘洋", "陈静", "杨帆", "赵磊", "周敏")


@dataclass(frozen=True)
class PrivacyOptions(Options):
    """What is looked for, and how it is taken out."""

    contact: bool = option(
        True,
        About(
            title=N_("E-mail, phone, WeChat"),
            help=N_("Phone numbers by libphonenumber, as they are written where the project's language is at home."),
        ),
    )
    money: bool = option(
        True,
        About(title=N_("Cards and bank accounts"), help=N_("Card numbers by Luhn's check digit, IBAN by its own.")),
    )
    identity: bool = option(
        True,
        About(
            title=N_("Identity numbers"),
            help=N_(
                "By check digits or by the words before them: US, China (identity card, passport, plate), Korea, "
                "Thailand, "
                "Vietnam, Japan, India, Spain, Italy, France, Brazil, UK and others."
            ),
            why=N_("The check digits are python-stdnum's."),
        ),
    )
    network: bool = option(
        True,
        About(title=N_("Network addresses"), help=N_("Public IP addresses, and web addresses with a key in them.")),
    )
    secret: bool = option(
        True, About(title=N_("Keys and passwords"), help=N_("The access keys of about 20 services, and private keys."))
    )
    names: tuple[str, ...] = option(
        (),
        About(
            title=N_("Names"),
            help=N_("People and firms to look for, beside the project's list “names”. Nobody else's name is found."),
        ),
    )
    redact: Literal["placeholder", "pseudonym"] = option(
        "placeholder",
        About(
            title=N_("Propose instead"),
            help=N_("A pseudonym is the same wherever the same thing stands."),
            choices={"placeholder": N_("a word such as [EMAIL]"), "pseudonym": N_("a made-up one")},
            decides=False,
        ),
    )


def _start(options: PrivacyOptions, context: FilterContext) -> Judge:
    rules = [rule for rule in RULES if getattr(options, rule.group)]
    named = _names_of((*options.names, *context.lists.get(_NAMES, ())))
    signs, find = signs_of(rules), finder_of(rules, phones_of(context.language) if options.contact else None)
    write = _pseudonym_of(context.language) if options.redact == "pseudonym" else _placeholder

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        texts = fields_of(candidate.row)
        if named is None and not signs("\n".join(texts.values())):
            return NONE_FOUND
        found = {field: _found(text, find, named) for field, text in texts.items() if text}
        spans = [Span(field, each.start, each.end) for field, some in found.items() for each in some]
        if not spans:
            return NONE_FOUND
        titles = dict.fromkeys(each.rule.title for some in found.values() for each in some)
        redacted = {field: _redacted(texts[field], some, write) for field, some in found.items() if some}
        reason = Reason(N_("Personal data: {kinds}"), {"kinds": tuple(titles)})
        return failed(reason, spans, float(len(spans)), with_fields(candidate.row, redacted))

    return judge


def _names_of(names: Sequence[str]) -> re.Pattern[str] | None:
    wanted = sorted({" ".join(name.split()) for name in names} - {""}, key=len, reverse=True)
    if not wanted:
        return None
    joined = f"[^\\W{UNSPACED}]"
    parts = (rf"(?<!{joined}){re.escape(name)}(?!{joined})" for name in wanted)
    return re.compile("|".join(parts))


def _found(text: str, find: Callable[[str], list[Found]], named: re.Pattern[str] | None) -> list[Found]:
    found = find(text)
    if named is None:
        return found
    names = [Found(NAME, *match.span()) for match in named.finditer(text)]
    free = [each for each in names if not any(each.start < one.end and one.start < each.end for one in found)]
    return sorted([*found, *free], key=lambda each: each.start)


def _redacted(text: str, found: Sequence[Found], write: Callable[[Found, str], str]) -> str:
    parts = []
    end = 0
    for each in found:
        parts += [text[end : each.start], write(each, text[each.start : each.end])]
        end = each.end
    return "".join([*parts, text[end:]])


def _placeholder(found: Found, text: str) -> str:
    return found.rule.placeholder


def _pseudonym_of(language: str) -> Callable[[Found, str], str]:
    """Writes something made up that hangs on the text alone, so that it is the same in every row."""
    names = _ZH_PSEUDONYMS if language.startswith("zh") else _PSEUDONYMS

    def write(found: Found, text: str) -> str:
        number = zlib.crc32(" ".join(text.split()).casefold().encode("utf-8", "replace"))
        match found.rule.id:
            case "email":
                return f"user{number % 10_000}@example.com"
            case "phone" | "cn_mobile" | "cn_landline":
                return f"555-01{number % 100:02}"
            case "ip":
                return f"192.0.2.{number % 254 + 1}"
            case "name":
                return names[number % len(names)]
        return f"{found.rule.placeholder[:-1]} {number % 10_000}]"

    return write


FILTER = Filter(
    title=N_("Personal data"),
    summary=N_("Drops a row that holds e-mail addresses, numbers of people, cards or accounts, keys or listed names."),
    source=N_("Own rules over python-stdnum and libphonenumber"),
    options=PrivacyOptions,
    start=_start,
    value_title=N_("Personal data found"),
    dropped_as=N_("with personal data"),
)

"""Whether what looks like a card, an address or a secret can be one: check digits, ranges, placeholders told apart."""

import ipaddress
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

_DIGIT = re.compile(r"\d")


def by_library(module: str) -> Callable[[str], bool]:
    """The check digit of a number as python-stdnum knows it; the module is loaded when first needed."""

    @cache
    def load() -> Callable[[str], bool]:
        is_valid: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
        return is_valid

    def check(text: str) -> bool:
        return load()(text)

    return check


def is_card(text: str) -> bool:
    """Whether the digits can be those of a bank card, by their number and Luhn's sum."""
    digits = re.sub(r"\D", "", text)
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


is_dni = by_library("es.dni")
is_nie = by_library("es.nie")


def is_public(text: str) -> bool:
    """Whether it is an IP address that everybody can reach."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_global


def is_real_mail(text: str) -> bool:
    """Whether a mail address can be somebody's, and is none of those that stand in examples."""
    domain = text.rpartition("@")[2].lower()
    if re.match(r"(?:example|test|user|username|name|your|email|someone|abc|xxx)\w{0,8}@", text, re.IGNORECASE):
        return False
    return not re.search(
        r"(?:^|\.)example\.|\.(?:test|invalid|localhost|example)$|^(?:domain|email|company)\.com$", domain
    )


def is_secret_value(text: str) -> bool:
    """Whether a value that is called a password or a key can be one, and not its placeholder or the name of one."""
    return (
        len(set(text)) > 5
        and bool(_DIGIT.search(text))
        and not re.search(r"your|example|xxx|<|\*\*|\.\.\.", text, re.IGNORECASE)
    )

"""Phone numbers in a text, as they are written where its language is at home."""

import re
from collections.abc import Callable, Iterator

_MAYBE_PHONE = re.compile(r"(?<![\w.,/=$€£¥+-])(?:\+|00)?\(?\d(?:[ \t().\-–/]{0,2}\d){6,14}(?![\w/%-]|[.,]\d)")
_DATE = re.compile(r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}$|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}$|\d{4}\s?[-–]\s?\d{4}$")
_REGIONS = {
    "en": "US", "zh": "CN", "ja": "JP", "ko": "KR", "th": "TH", "vi": "VN",
    "ar": "SA", "de": "DE", "fr": "FR", "es": "ES",
    "it": "IT", "pt": "BR", "ru": "RU", "hi": "IN", "id": "ID", "tr": "TR", "nl": "NL",
    "pl": "PL", "sv": "SE", "uk": "UA",
}  # fmt: skip


def phones_of(language: str) -> Callable[[str], Iterator[tuple[int, int]]]:
    """Finds phone numbers as they are written where a language is at home, and international ones, by libphonenumber.

    A bare run of digits is a number only behind a plus sign: without one it may be anything.
    """
    region = _REGIONS.get(language.replace("-", "_").split("_")[0], "US")

    def find(text: str) -> Iterator[tuple[int, int]]:
        for match in _MAYBE_PHONE.finditer(text):
            written = match[0]
            international = written.startswith(("+", "00"))
            if _DATE.search(written) or (written.isdigit() and not international):
                continue
            if _is_phone(written, region):
                yield match.span()

    return find


def _is_phone(written: str, region: str) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    of_a_firm = (phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.PREMIUM_RATE)
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) in of_a_firm:
        return False
    # 555-0100 to 555-0199 are kept for fiction.
    return not re.search(r"55501\d\d$", str(number.national_number))

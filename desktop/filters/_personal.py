"""What is personal or secret in a text: a table of rules, each a pattern, a check and the word that takes its place."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.text.cleaning import EMAIL
from desktop.filters._personal_checks import (
    by_library,
    is_card,
    is_dni,
    is_nie,
    is_public,
    is_real_mail,
    is_secret_value,
)

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d(?:[^\w\n]{0,3}\d){5}")  # enough digits for a number that says who somebody is
# These two begin with what is rare in a text, and look behind from there: such patterns are searched far sooner.
_DOTS = re.compile(r"\.(?<=\d\.)\d{1,3}\.\d|:(?<=[0-9A-Fa-f]:)[0-9A-Fa-f:]{2}")
_DIGIT_AFTER_LETTER = re.compile(r"\d(?:(?<=[A-Z]\d)|(?<=[A-Z] \d))")  # as every ASCII match of _CODE has
_CODE = re.compile(
    r"[A-Z]{2}[A-Z\d]\d{2}|[A-Z]\d{2}[A-Z]|[A-Z]{2} ?\d{2}|["
    + "\u4e00-\u9fff"
    + r"][A-Z][·• ]?[A-Z\d]{5}|[A-Z]{1,2}\d{6}"
)
_CALLED = re.compile(r"passw|secret|token|api.?key|密码|密钥|口令|微信|wechat|weixin|qq", re.IGNORECASE)
_CALLED_PLAINLY = ("passw", "secret", "token", "api", "wechat", "weixin", "qq")


def _has_code(text: str, digits: bool) -> bool:
    if text.isascii() and not (digits and _DIGIT_AFTER_LETTER.search(text)):
        return False
    return _CODE.search(text) is not None


def _has_called(text: str, digits: bool) -> bool:
    if text.isascii():
        return any(map(text.lower().__contains__, _CALLED_PLAINLY))
    return _CALLED.search(text) is not None


_SIGNS: Mapping[str, Callable[[str, bool], bool]] = {
    "0": lambda text, digits: digits and _NUMBER.search(text) is not None,
    "dots": lambda text, digits: (digits or ":" in text) and _DOTS.search(text) is not None,
    "code": _has_code,
    "called": _has_called,
}
"""What has to be in a text for a rule to be tried: one look for many rules. It is told whether there are digits."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something personal, where it stands, [start, end), and of which rule it is."""

    rule: "Rule"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of personal data. The pattern's group 1, where it has one, is what is found."""

    id: str
    group: str  # contact, money, identity, network, secret
    title: str  # marked with N_
    placeholder: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool] | None = None
    needs: str = ""  # a sign without which no text can hold one, or the name of one of `_SIGNS`


def signs_of(rules: Sequence[Rule]) -> Callable[[str], frozenset[str]]:
    """Which signs of the rules, and of phone numbers, are in a text; of one without any they find nothing."""
    needs = frozenset([*(rule.needs for rule in rules), "0"])
    told = [(need, _SIGNS[need]) for need in needs if need in _SIGNS]
    plain = needs.difference(_SIGNS)

    def signs(text: str) -> frozenset[str]:
        digits = _DIGIT.search(text) is not None
        seen = [need for need, is_there in told if is_there(text, digits)]
        return frozenset([*seen, *filter(text.__contains__, plain)])

    return signs


def finder_of(
    rules: Sequence[Rule], find_phones: "Callable[[str], Iterator[tuple[int, int]]] | None"
) -> Callable[[str], list[Found]]:
    """Finds everything that the rules say, in order; where two overlap, the one of the earlier rule."""
    signs = signs_of(rules)

    def find(text: str) -> list[Found]:
        if not (seen := signs(text)):
            return []
        taken: list[Found] = []
        for rule in rules:
            if rule.needs not in seen:
                continue
            for match in rule.pattern.finditer(text):
                start, end = match.span(1 if match.re.groups else 0)
                free = not any(each.start < end and start < each.end for each in taken)
                if free and (rule.check is None or rule.check(text[start:end])):
                    taken.append(Found(rule, start, end))
        if find_phones is not None and "0" in seen:
            for start, end in find_phones(text):
                if not any(each.start < end and start < each.end for each in taken):
                    taken.append(Found(PHONE, start, end))
        return sorted(taken, key=lambda each: each.start)

    return find


# ── the table ────────────────────────────────────────────────────────────────────────────────────


def _near(words: str, number: str) -> re.Pattern[str]:
    """A number after one of the words that say what it is."""
    return re.compile(
        rf"(?:{words})[^\w\n]{{0,4}}(?:(?:is|号码?|为|是|は|số|number|no\.?|nr\.?)[^\w\n]{{0,3}})?({number})(?![A-Za-z0-9_-])",
        re.IGNORECASE,
    )


def _key(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){pattern}(?![\w-])")


_SECRETS: Sequence[tuple[str, str]] = (
    *((prefix + r"[A-Z0-9]{16}", prefix) for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),
    (r"gh[pousr]_[A-Za-z0-9]{36,255}", "_"),
    (r"github_pat_[A-Za-z0-9_]{60,100}", "github_pat_"),
    (r"glpat-[A-Za-z0-9_-]{20,40}", "glpat-"),
    (r"sk-(?:proj-|ant-[a-z0-9]+-|svcacct-)?[A-Za-z0-9_-]{20,200}", "sk-"),
    (r"[rsp]k_(?:live|test)_[A-Za-z0-9]{16,99}", "k_"),
    (r"xox[abeoprs]-[A-Za-z0-9-]{10,250}", "xox"),
    (r"AIza[A-Za-z0-9_-]{35}", "AIza"),
    (r"ya29\.[A-Za-z0-9_-]{20,200}", "ya29."),
    (r"hf_[A-Za-z0-9]{30,40}", "hf_"),
    (r"npm_[A-Za-z0-9]{36}", "npm_"),
    (r"pypi-[A-Za-z0-9_-]{50,250}", "pypi-"),
    (r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", "SG."),
    (r"dop_v1_[a-f0-9]{64}", "dop_v1_"),
    (r"AC[a-f0-9]{32}", "AC"),
    (r"LTAI[A-Za-z0-9]{12,30}", "LTAI"),
    (r"AKID[A-Za-z0-9]{32}", "AKID"),
    (r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", "eyJ"),
    (r"\d{8,10}:AA[A-Za-z0-9_-]{33}", ":AA"),
)
_PEM = re.compile(
    r"-----BEGIN (?:[A-Z ]{1,20})?PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|\Z)"
)
_PASSWORD = re.compile(
    r"(?:password|passwd|api[_-]?key|secret(?:[_-]?key)?|access[_-]?token|密码|密钥|"
    r"口令)[\"']?\s*[:=：]\s*[\"']?([^\s\"'，。；]{8,80})",
    re.IGNORECASE,
)
_URL_TOKEN = re.compile(
    r"\b(?:https?|ftp|wss?)://(?:[^\s/@:]{1,80}:[^\s/@]{1,80}@[^\s\"'<>]{1,300}|"
    r"[^\s\"'<>?]{1,300}\?(?:[^\s\"'<>]{0,300}&)?(?:token|access_token|api_?key|key|secret|sig|signature|auth|"
    r"password|pwd|session(?:_?id)?)="
    r"[^\s\"'<>&]{8,}[^\s\"'<>]{0,300})",
    re.IGNORECASE,
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

RULES: Sequence[Rule] = (
    Rule("private_key", "secret", N_("private key"), "[PRIVATE KEY]", _PEM, needs="-----BEGIN"),
    *(Rule("key", "secret", N_("access key"), "[KEY]", _key(pattern), needs=sign) for pattern, sign in _SECRETS),
    Rule("password", "secret", N_("password"), "[PASSWORD]", _PASSWORD, is_secret_value, "called"),
    Rule("url", "network", N_("web address with a key in it"), "[URL]", _URL_TOKEN, needs="://"),
    Rule("email", "contact", N_("e-mail address"), "[EMAIL]", EMAIL, is_real_mail, "@"),
    Rule(
        "iban",
        "money",
        N_("bank account (IBAN)"),
        "[IBAN]",
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"),
        by_library("iban"),
        "code",
    ),
    Rule(
        "cn_id",
        "identity",
        N_("Chinese resident identity number"),
        "[ID]",
        re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"),
        by_library("cn.ric"),
        "0",
    ),
    Rule(
        "card",
        "money",
        N_("card number"),
        "[CARD]",
        re.compile(
            r"(?<![\d.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d-])|"
            r"(?<![\d.-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\d-])"
        ),
        is_card,
        "0",
    ),
    Rule(
        "ssn",
        "identity",
        N_("US social security number"),
        "[SSN]",
        re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
        by_library("us.ssn"),
        "0",
    ),
    Rule(
        "cn_mobile",
        "contact",
        N_("Chinese mobile number"),
        "[PHONE]",
        re.compile(r"(?<![\d.-])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\d.-])"),
        lambda text: len(set(text)) > 4,
        "0",
    ),
    Rule(
        "cn_landline",
        "contact",
        N_("Chinese landline"),
        "[PHONE]",
        re.compile(r"(?<![\d-])0(?:10|2\d|[3-9]\d{2})[-－ ]\d{7,8}(?![\d-])"),
        needs="0",
    ),
    Rule(
        "cn_plate",
        "identity",
        N_("Chinese number plate"),
        "[PLATE]",
        re.compile(
            rf"[{_PROVINCES}][A-HJ-NP-Z][·• ]?(?:[A-HJ-NP-Z0-9]{{5}}|[DF][A-HJ-NP-Z0-9]\d{{4}}|"
            rf"\d{{5}}[DF])(?![A-Za-z0-9])"
        ),
        lambda text: bool(_DIGIT.search(text)),
        "code",
    ),
    Rule(
        "cn_passport",
        "identity",
        N_("passport number"),
        "[PASSPORT]",
        _near("护照|passport|旅券|hộ chiếu|جواز السفر|หนังสือเดินทาง", r"[A-Z]{1,2}\d{6,8}"),
        needs="code",
    ),
    Rule(
        "cn_permit",
        "identity",
        N_("Hong Kong, Macau or Taiwan travel permit"),
        "[PERMIT]",
        _near("通行证|回乡证|台胞证", r"[CWHM]?\d{8,10}"),
        needs="0",
    ),
    Rule(
        "wechat",
        "contact",
        N_("WeChat or QQ number"),
        "[ACCOUNT]",
        _near("微信|wechat|weixin|QQ", r"[A-Za-z][\w-]{5,19}|[1-9]\d{5,10}"),
        needs="called",
    ),
    Rule(
        "nino",
        "identity",
        N_("UK national insurance number"),
        "[ID]",
        _key(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"),
        needs="code",
    ),
    Rule(
        "es_dni",
        "identity",
        N_("Spanish identity number"),
        "[ID]",
        _key(r"(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]"),
        lambda text: is_dni(text) or is_nie(text),
        "0",
    ),
    Rule(
        "it_code",
        "identity",
        N_("Italian tax code"),
        "[ID]",
        _key(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"),
        by_library("it.codicefiscale"),
        "code",
    ),
    Rule(
        "fr_nir",
        "identity",
        N_("French social security number"),
        "[ID]",
        re.compile(r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\d)"),
        by_library("fr.nir"),
        "0",
    ),
    Rule(
        "br_cpf",
        "identity",
        N_("Brazilian CPF"),
        "[ID]",
        re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)"),
        by_library("br.cpf"),
        "0",
    ),
    Rule(
        "kr_rrn",
        "identity",
        N_("Korean resident number"),
        "[ID]",
        re.compile(r"(?<![\d-])\d{6}-[1-4]\d{6}(?![\d-])"),
        by_library("kr.rrn"),
        "0",
    ),
    Rule(
        "th_pin",
        "identity",
        N_("Thai identity number"),
        "[ID]",
        re.compile(r"(?<![\d-])[1-8]-\d{4}-\d{5}-\d{2}-\d(?![\d-])"),
        by_library("th.pin"),
        "0",
    ),
    Rule(
        "th_pin",
        "identity",
        N_("Thai identity number"),
        "[ID]",
        _near("บัตรประชาชน|national id", r"[1-8]\d{12}"),
        by_library("th.pin"),
        "0",
    ),
    Rule(
        "in_aadhaar",
        "identity",
        N_("Indian Aadhaar number"),
        "[ID]",
        _near("aadhaar|आधार", r"[2-9]\d{3} ?\d{4} ?\d{4}"),
        by_library("in_.aadhaar"),
        "0",
    ),
    Rule(
        "vn_id",
        "identity",
        N_("Vietnamese identity number"),
        "[ID]",
        _near("CCCD|CMND|căn cước(?: công dân)?|chứng minh nhân dân", r"\d{12}|\d{9}"),
        needs="0",
    ),
    Rule(
        "jp_number",
        "identity",
        N_("Japanese My Number"),
        "[ID]",
        _near("マイナンバー|個人番号", r"\d{4}[ -]?\d{4}[ -]?\d{4}"),
        needs="0",
    ),
    Rule(
        "national_id",
        "identity",
        N_("national identity number"),
        "[ID]",
        _near(
            "pesel|bsn|burgerservicenummer|steuer-?id|tckn|t\\.?c\\.? kimlik|personnummer|الهوية(?: الوطنية)?|رقم "
            "الهوية",
            r"\d[\d -]{7,13}\d",
        ),
        needs="0",
    ),
    Rule(
        "ip",
        "network",
        N_("network address"),
        "[IP]",
        re.compile(
            r"(?<![\w.:])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]|\.\d)|"
            r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,6}(?![\w:])"
        ),
        is_public,
        "dots",
    ),
)
PHONE = Rule("phone", "contact", N_("phone number"), "[PHONE]", re.compile("(?!)"))
NAME = Rule("name", "name", N_("name"), "[NAME]", re.compile("(?!)"))

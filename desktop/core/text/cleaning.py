"""Cleaning: what is taken out of a text, or written otherwise, without changing what it says."""

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

UNSEEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2060-\u2064\ufeff"
"""Controls and signs without width, but for tab, line end and the joiners that Arabic and Indian scripts need."""

NO_INPUT = re.compile(
    r"\\?[<\[(（【]?\s*(?:no[\s_-]?input|no\s+input\s+(?:is\s+)?(?:needed|required|provided|given|necessary)|none|n/?a|"
    r"not\s+applicable|empty|nil|null|无输入|無輸入|无需输入|没有输入|无|無|入力なし|なし|không\s+có(?:\s+đầu\s+vào)?|"
    r"لا\s+يوجد(?:\s+مدخلات)?|ไม่มีข้อมูล(?:นำเข้า)?)\s*\\?[>\])）】]?\s*[.。]?",
    re.IGNORECASE,
)
"""The many ways to write that there is no input, as a whole field (AlpacaDataCleaned has the English ones)."""

HTML_TAG = re.compile(
    r"</?(?:a|b|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|span|strong|sub|sup|table|tbody|td|th|"
    r"thead|tr|u|ul)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
CHAT_TOKEN = re.compile(
    r"<\|(?:im_start|im_end|endoftext|begin_of_text|end_of_text|eot_id|start_header_id|end_header_id|user|assistant|"
    r"system|end|pad)\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>"
)
"""Tokens of chat templates, which a tokenizer would read as what they are."""

_UNSEEN = re.compile(f"[{UNSEEN}]")
_ODD_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_TRAILING = re.compile(r"[ \t\u3000]+(?=\n|$)")
_GAPS = re.compile(r"\n{3,}")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
# https://en.wikipedia.org/wiki/Email_address allows much more; nobody writes it.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
URL = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"'\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+|\bwww\.[^\s<>\"'\u3000-\u9fff]+"
)
_ESCAPED = re.compile(r"\\[nt](?=[A-Z\s\\\u3041-\u30fa\u4e00-\u9fff-]|$)|\\\"")
_ESCAPES: Mapping[str, str] = {"\\n": "\n", "\\t": "\t", '\\"': '"'}


def without_unseen(text: str) -> str:
    """The text without control characters and signs that have no width; special spaces become plain ones."""
    if text.isascii() and text.isprintable():
        return text
    return _ODD_SPACES.sub(" ", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def tidy_space(text: str) -> str:
    """No white space around the text or at the ends of lines, and one empty line between paragraphs."""
    return _GAPS.sub("\n\n", _TRAILING.sub("", text)).strip()


def half_width(text: str) -> str:
    """Full-width digits and Latin letters in their usual form; Chinese punctuation stays as it is."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def unescaped(text: str) -> str:
    r"""The text with a line end for a written \n, where no code could mean it so."""
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text)


def without_chat_tokens(text: str) -> str:
    """The text without the tokens of chat templates."""
    return CHAT_TOKEN.sub("", text)


# ── HTML to Markdown ─────────────────────────────────────────────────────────────────────────────

_MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`"}
_BLOCKS = frozenset({"p", "div", "section", "article", "table", "ul", "ol", "center", "blockquote"})
_DROPPED = frozenset({"script", "style", "head", "svg", "button"})
_DEEPEST = 200


def to_markdown(text: str) -> str:
    """HTML as Markdown: headings, emphasis, lists, links, code and tables; text without tags as it stands.

    Fenced code is left alone: HTML may be what it is about.
    """
    from desktop.core.text.prose import FENCE

    parts: list[str] = []
    end = 0
    for match in FENCE.finditer(text):
        parts += [_converted(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, _converted(text[end:])])


def _converted(text: str) -> str:
    if not HTML_TAG.search(text):
        return html.unescape(text) if "&" in text else text
    from selectolax.lexbor import LexborHTMLParser

    # A line end outside <pre> says nothing in HTML, but in a mixture of both it was meant.
    body = LexborHTMLParser(text.replace("\n", "\ue000")).body
    if body is None:
        return text
    written = "".join(_written(child, 0) for child in body.iter(include_text=True))
    return _GAPS.sub("\n\n", written.replace("\ue000", "\n")).strip()


def _written(node: "LexborNode", depth: int) -> str:
    tag = node.tag or ""
    if tag == "-text":
        return node.text(deep=False) or ""
    if tag in _DROPPED or tag.startswith(("-", "!")) or depth > _DEEPEST:
        return ""
    if tag == "pre":
        code = node.text(deep=True).replace("\ue000", "\n").strip("\n")
        return f"\n\n```\n{code}\n```\n\n"
    inside = "".join(_written(child, depth + 1) for child in node.iter(include_text=True))
    return _marked(tag, inside, node)


def _marked(tag: str, inside: str, node: "LexborNode") -> str:
    bare = inside.strip(" \ue000")
    if tag in _MARKS:
        return f"{_MARKS[tag]}{bare}{_MARKS[tag]}" if bare else inside
    if re.fullmatch("h[1-6]", tag):
        return f"\n\n{'#' * int(tag[1])} {bare}\n\n"
    match tag:
        case "br":
            return "\n"
        case "hr":
            return "\n\n---\n\n"
        case "img":
            return node.attributes.get("alt") or ""
        case "a":
            target = node.attributes.get("href") or ""
            return f"[{bare}]({target})" if bare and target.startswith(("http://", "https://")) else inside
        case "li":
            numbered = node.parent is not None and node.parent.tag == "ol"
            return f"\n{_number_of(node)}. {bare}" if numbered else f"\n- {bare}"
        case "tr":
            return f"\n|{inside}"
        case "td" | "th":
            return f" {bare} |"
    return f"\n\n{bare}\n\n" if tag in _BLOCKS else inside


def _number_of(node: "LexborNode") -> int:
    number = 1
    before = node.prev
    while before is not None:
        number += before.tag == "li"
        before = before.prev
    return number

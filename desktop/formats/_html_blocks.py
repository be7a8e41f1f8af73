"""The main text of an HTML page as blocks: navigation and the like are pruned, headings and tables kept."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from desktop.core.documents import Block
from desktop.formats._blocks import table, tidy, verbatim

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_NEVER = (
    "script", "style", "noscript", "template", "svg", "iframe", "form", "button", "select", "nav", "footer", "aside",
    "menu", "dialog", "object", "canvas", "audio", "video",
)  # fmt: skip
_ROLES = ("navigation", "banner", "contentinfo", "complementary", "search", "menu", "dialog")
_JUNK = re.compile(
    r"(^|[-_ ])(nav|navbar|menu|breadcrumbs?|sidebar|footer|cookies?|share|sharing|social|related|comments?|adverts?|"
    r"ads?|promo|newsletter|subscribe|popup|modal|banner|toolbar|pagination|skip)([-_ ]|$)",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "blockquote", "ul", "ol", "dl", "dd", "dt", "figure",
     "figcaption", "address", "details", "summary", "body", "hr", "li", "center", "fieldset"}
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MAIN_SHARE = 0.4  # of the page's text that <main> or <article> must hold to be taken for the whole
_LINKS = 0.6  # share of a list's text that stands in links, from which on it is navigation
_DEEPEST = 2_000  # elements of a name within one another
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LOOSE = frozenset(
    {"p", "li", "dt", "dd", "tr", "td", "th", "option", "tbody", "thead", "tfoot", "br", "img", "hr", "input", "meta",
     "link", "col", "wbr", "area", "source", "embed", "param", "track", "base"}
)  # fmt: skip


def blocks_of(html: str) -> Iterator[Block]:
    """The blocks of a page in order. Raises ValueError for elements in elements without end."""
    from selectolax.lexbor import LexborHTMLParser

    _refuse_depth(html)
    tree = LexborHTMLParser(html)
    if tree.body is None:
        return
    for node in tree.body.css(",".join([*_NEVER, *(f'[role="{role}"]' for role in _ROLES), "[hidden]"])):
        node.decompose()
    _prune(tree.body)
    yield from _walk(_main(tree.body))


def title_of(html: str) -> str:
    """What the page calls itself; empty where it does not."""
    from selectolax.lexbor import LexborHTMLParser

    found = LexborHTMLParser(html).css_first("title")
    return tidy(found.text()) if found is not None else ""


def _refuse_depth(html: str) -> None:
    """Raise ValueError where elements are opened in one another without end, over which the parser would take hours."""
    depths: Counter[str] = Counter()
    for closing, name in _TAG.findall(html):
        depths[name] += -1 if closing else 1
        if depths[name] > _DEEPEST and name.lower() not in _LOOSE:
            raise ValueError("elements within elements, too deep to be read")


def _prune(body: "LexborNode") -> None:
    whole = max(1, len(body.text()))
    for node in body.css("[class],[id]"):
        named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if _JUNK.search(named) and node.tag not in ("body", "main", "article") and len(node.text()) < whole / 2:
            node.decompose()
    for node in body.css("ul,ol,table"):
        text = len(node.text(strip=True))
        links = sum(len(each.text(strip=True)) for each in node.css("a"))
        if text and links > _LINKS * text and len(node.css("a")) > 2 and text < 40 * len(node.css("a")):
            node.decompose()


def _main(body: "LexborNode") -> "LexborNode":
    whole = len(body.text())
    for found in body.css("main,article,[role=main]"):
        if len(found.text()) >= _MAIN_SHARE * whole:
            return found
    return body


def _walk(root: "LexborNode") -> Iterator[Block]:
    """Blocks in document order, without recursion: a page may be nested as deep as it likes."""
    said: list[str] = []  # of the paragraph that is being read

    def ended() -> Iterator[Block]:
        text = tidy("".join(said))
        said.clear()
        if text:
            yield Block(text)

    node: LexborNode | None = root.child
    depth = 0  # of the node in `root`
    while node is not None:
        tag, inside = str(node.tag), False
        if tag == "-text":
            said.append(re.sub(r"\s+", " ", node.text_content or ""))
        elif tag in _HEADINGS or tag in ("pre", "table"):
            yield from ended()
            if (block := _whole(node, tag)).text:
                yield block
        elif tag == "br":
            said.append("\n")
        elif not tag.startswith(("-", "!")):
            if tag in _BLOCKS:
                yield from ended()
            if tag == "li":
                said.append("- ")
            elif tag in ("td", "th"):
                said.append(" ")
            inside = node.child is not None
        if inside:
            node, depth = node.child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
            if node is None or depth < 0:
                yield from ended()
                return
            if node.tag in _BLOCKS:
                yield from ended()
        node = node.next if node is not None else None
    yield from ended()


def _whole(node: "LexborNode", tag: str) -> Block:
    """A heading, a piece of code, or a table."""
    if tag == "pre":
        code = verbatim(node.text())
        return Block(f"```\n{code}\n```" if code.strip() else "")
    if tag == "table":
        rows = [[tidy(cell.text()) for cell in row.css("td,th")] for row in node.css("tr")]
        return Block(table(rows))
    return Block(tidy(node.text()).replace("\n", " "), level=_HEADINGS[tag])

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
    r"ads?|promo|newsletter|subscribe|popup|modal|banner|toolbar|pagination|skip|toc|editsection)([-_ ]|$)",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "blockquote", "ul", "ol", "dl", "dd", "dt", "figure",
     "figcaption", "address", "details", "summary", "body", "hr", "center", "fieldset", "tr", "td", "th"}
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MAIN_SHARE = 0.4  # of the page's text that <main> or <article> must hold to be taken for the whole
_LINKS = 0.6  # share of a list's text that stands in links, from which on it is navigation
_NOTE = re.compile(r"[\[(（［〔]?(\d{1,3}|[a-z]|[*†‡])[\])）］〕]?")
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
    for node in body.css("header"):
        if node.parent is not None and node.parent.tag == "body" and node.css_first("h1,h2") is None:
            node.decompose()  # the site's name and its menu
    for node in body.css("sup,a"):
        if _is_note(node):
            node.decompose()
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


def _is_note(node: "LexborNode") -> bool:
    """Whether it is the number of a footnote, which would run into the word before it."""
    told = f"{node.attributes.get('epub:type') or ''} {node.attributes.get('role') or ''}"
    if "noteref" in told:
        return True
    return node.tag == "sup" and node.css_first("a") is not None and bool(_NOTE.fullmatch(node.text(strip=True)))


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
    numbers = {item.mem_id: n for each in root.css("ol") for n, item in enumerate(each.iter(), _start(each))}
    while node is not None:
        tag, inside = str(node.tag), False
        if tag == "-text":
            said.append(re.sub(r"\s+", " ", node.text_content or ""))
        elif tag in _HEADINGS or tag == "pre" or (tag == "table" and not _is_layout(node)):
            yield from ended()
            if (block := _whole(node, tag)).text:
                yield block
        elif tag == "br":
            said.append("\n")
        elif not tag.startswith(("-", "!")):
            if tag in _BLOCKS:
                yield from ended()
            if tag == "li":
                said.append(f"\n{numbers[node.mem_id]}. " if node.mem_id in numbers else "\n- ")
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
        return Block(table(_rows(node)))
    return Block(tidy(node.text()).replace("\n", " "), level=_HEADINGS[tag])


def _start(numbered: "LexborNode") -> int:
    value = numbered.attributes.get("start") or ""
    return int(value) if value.isdecimal() and len(value) < 7 else 1


def _is_layout(found: "LexborNode") -> bool:
    """Whether a table only puts things in their places, as old pages do."""
    if len(found.css("table")) > 1 or found.css_first(",".join(_HEADINGS)) is not None:
        return True
    return all(len(row.css("td,th")) < 2 for row in found.css("tr"))


def _rows(found: "LexborNode") -> list[list[str]]:
    """The cells; one over several columns stands in the first of them, one over several rows in each."""
    rows: list[list[str]] = []
    reaching: dict[int, tuple[int, str]] = {}  # by column: for how many rows more, and what
    for row in found.css("tr"):
        cells: list[str] = []

        def from_above(cells: list[str] = cells) -> None:
            while len(cells) in reaching:
                left, text = reaching.pop(len(cells))
                if left > 1:
                    reaching[len(cells)] = left - 1, text
                cells.append(text)

        for cell in row.css("td,th"):
            from_above()
            text, down = tidy(cell.text()), _span(cell, "rowspan")
            for told in (text, *[""] * (_span(cell, "colspan") - 1)):
                if down > 1:
                    reaching[len(cells)] = down - 1, told
                cells.append(told)
        from_above()
        rows.append(cells)
    return rows


def _span(cell: "LexborNode", name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(1, int(value)), 1000) if value.isdecimal() and len(value) < 7 else 1

"""What a method brings into a chain that is there already, and what never comes again because a person took it out."""

from collections.abc import Iterable, Sequence

from desktop.core.catalogue import filters, find
from desktop.core.i18n import _, listed, ngettext
from desktop.core.presets import PRESETS
from desktop.core.progress import Said
from desktop.core.records import ChainLink
from desktop.core.shapes import Method
from desktop.store.edit import Edit
from desktop.store.project import Project

_OFFERED = "filters offered"


def default_links(method: Method) -> tuple[ChainLink, ...]:
    """The filters that a method asks for; those of Self-Instruct as they were published."""
    published = {link.filter: link for link in PRESETS["self_instruct"].links}
    return tuple(published.get(id, ChainLink(id, True, {})) for id in method.default_filters)


def offered(project: Project) -> frozenset[str] | None:
    """The filters that the program has put before the person; None where its chain was named by the person alone."""
    stored = project.settings.get(_OFFERED)
    return frozenset(map(str, stored)) if isinstance(stored, list) else None


def offer(edit: Edit, project: Project, ids: Iterable[str]) -> None:
    """Remember filters that the person has seen in the chain: one that is missing later was taken out on purpose."""
    edit.set_setting(_OFFERED, sorted({*(offered(project) or ()), *ids}))


def choose(edit: Edit, project: Project, links: Sequence[ChainLink], before: Sequence[ChainLink]) -> None:
    """Make these the chain, in place of those that the person saw `before`."""
    if offered(project) is not None or not project.chain.links():
        offer(edit, project, (link.filter for link in (*before, *links)))
    edit.set_chain(links)


def add_missing(project: Project, method: Method) -> Said | None:
    """Add the filters of a method that the chain never had; says so. One step, which can be undone.

    A chain of filters that were named one by one, on the command line, stays as it is.
    """
    chain, seen = project.chain.links(), offered(project)
    if not chain or seen is None:
        return None
    known = seen.union(link.filter for link in chain)
    added = tuple(link for link in default_links(method) if link.filter not in known)
    if not added:
        return None
    # Not part of the step: once undone, they do not come again.
    project.user.set_up(lambda edit: offer(edit, project, (link.filter for link in added))).result()
    title = _("Add the filters of “{method}”").format(method=_(method.title))
    project.user.perform(title, lambda edit: edit.set_chain((*chain, *added))).result()
    return Said(_told(method, added), undoable=True)


def _told(method: Method, added: Sequence[ChainLink]) -> str:
    names = listed([_(find(filters(), link.filter).title) for link in added])
    words = ngettext(
        "The chain has one filter more now, which “{method}” asks for: {filters}.",
        "The chain has {n} filters more now, which “{method}” asks for: {filters}.",
        len(added),
    )
    return words.format(n=len(added), method=_(method.title), filters=names)

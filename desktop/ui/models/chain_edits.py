"""The chain as a person sees and changes it: in the groups that run one after another, and with one link changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from desktop.core import options
from desktop.core.i18n import N_
from desktop.core.options import Options
from desktop.core.records import ChainLink, JsonObject
from desktop.core.shapes import Filter

Links: TypeAlias = tuple[ChainLink, ...]
Known: TypeAlias = Mapping[str, Filter]

GROUPS: Mapping[str, str] = {
    "cheap": N_("Looks at the row"),
    "text": N_("Reads the text"),
    "rows": N_("Compares rows"),
    "model": N_("Asks the model"),
}
"""In the order in which they run, each only on what the one before let pass."""


def group_of(about: Filter) -> str:
    """The group that a filter runs in."""
    if about.asks_model:
        return "model"
    if about.remembers or about.cost == "pairs":
        return "rows"
    return "cheap" if about.cost == "cheap" else "text"


def grouped(links: Sequence[ChainLink], known: Known) -> Links:
    """The chain in the order of its groups; within a group as it is."""
    places = list(GROUPS)
    return tuple(sorted(links, key=lambda link: places.index(group_of(known[link.filter]))))


def with_link(
    links: Sequence[ChainLink], filter_id: str, *, enabled: bool | None = None, stored: JsonObject | None = None
) -> Links:
    """The chain with one filter switched, or given other options."""
    return tuple(
        link
        if link.filter != filter_id
        else replace(
            link,
            enabled=link.enabled if enabled is None else enabled,
            options=link.options if stored is None else stored,
        )
        for link in links
    )


def without(links: Sequence[ChainLink], filter_id: str) -> Links:
    """The chain without one filter."""
    return tuple(link for link in links if link.filter != filter_id)


def moved(links: Sequence[ChainLink], known: Known, filter_id: str, place: int) -> Links:
    """The chain with a filter at a place among those of its group, as near as there is one."""
    wanted = next(link for link in links if link.filter == filter_id)
    group = group_of(known[filter_id])
    others = [link for link in grouped(links, known) if link is not wanted]
    own = [number for number, link in enumerate(others) if group_of(known[link.filter]) == group]
    place = min(max(0, place), len(own))
    if not own:
        return grouped(links, known)
    at = own[place] if place < len(own) else own[-1] + 1
    return (*others[:at], wanted, *others[at:])


def settled(links: Sequence[ChainLink], known: Known) -> list[tuple[str, bool, Options]]:
    """The links with every option said, so that two chains can be compared."""
    return [(link.filter, link.enabled, options_of(link, known)) for link in links if link.filter in known]


def options_of(link: ChainLink, known: Known) -> Options:
    """What a link's filter is told."""
    return options.from_json(known[link.filter].options, link.options)

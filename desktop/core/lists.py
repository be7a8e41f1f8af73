"""The lists that Seedbed brings along: topics, task types, rules, phrases; one entry a line."""

from desktop.core import paths

_NOTE = "#"


def brought_along(name: str, language: str) -> tuple[str, ...]:
    """The entries of resources/lists/<name>.<language>.txt; English where the language has none, empty for neither."""
    folder = paths.resources() / "lists"
    own = folder / f"{name}.{language.replace('-', '_').split('_')[0]}.txt"
    path = own if own.is_file() else folder / f"{name}.en.txt"
    if not path.is_file():
        return ()
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith(_NOTE))

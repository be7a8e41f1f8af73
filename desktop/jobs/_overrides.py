"""What a run sets beside the sampling that its method publishes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from desktop.core.errors import UserError
from desktop.core.i18n import _, listed
from desktop.core.records import JsonObject
from desktop.core.steps import Ask, Asked, Sampling


@dataclass(frozen=True, slots=True)
class Overrides:
    """Keys are names of `Sampling`'s fields, for every step, or names of steps, each with such fields of its own:
    `{"top_p": 0.9, "instructions": {"max_tokens": 400}}`.
    """

    values: JsonObject

    def __post_init__(self) -> None:
        known = {each.name for each in fields(Sampling)}
        for name, value in self.values.items():
            own = value if isinstance(value, Mapping) else {name: value}
            for each, figure in own.items():
                if each not in known or isinstance(figure, bool) or not isinstance(figure, int | float):
                    raise UserError(
                        _("“{name}” is no way to set the sampling.").format(name=each),
                        _("Give numbers for: {names}.").format(names=listed(sorted(known))),
                    )

    def applied_to(self, ask: Asked) -> Asked:
        """The ask with the sampling of its step changed; what draws nothing stays as it is."""
        if not isinstance(ask, Ask):
            return ask
        every = {name: value for name, value in self.values.items() if not isinstance(value, Mapping)}
        own = self.values.get(ask.step, {})
        changed: dict[str, Any] = every | dict(own if isinstance(own, Mapping) else {})
        return replace(ask, sampling=replace(ask.sampling, **changed)) if changed else ask

"""What the steps of the methods are called on screen."""

from desktop.core import catalogue
from desktop.core.i18n import _


def step_title(step: str) -> str:
    """What a step writes, in a word or two; the step's own name where no method says."""
    prompts = (prompt for method in catalogue.methods().values() for prompt in method.prompts)
    title = next((prompt.title for prompt in prompts if prompt.step == step), "")
    return _(title) or step.replace("_", " ")

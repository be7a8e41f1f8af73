"""The part of PyYAML that Seedbed uses."""

from collections.abc import Iterator
from typing import Any

class YAMLError(Exception): ...
class AliasEvent: ...
class SafeLoader: ...

def parse(stream: str, Loader: type[SafeLoader]) -> Iterator[object]: ...  # noqa: N803
def load(stream: str, Loader: type[SafeLoader]) -> Any: ...  # noqa: N803

"""Read YAML that an author wrote: nothing that cannot be stored, nothing that grows when it is read."""

import re
from typing import Any

import yaml

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # which escapes can write


class YamlError(Exception):
    """What is wrong with a YAML text, and the line (1-based) on which it is."""

    def __init__(self, problem: str, line: int) -> None:
        self.line = line
        super().__init__(problem)


def load_yaml(text: str) -> Any:
    """Return what a YAML text says; a number or date that is none is text. Raises YamlError."""
    try:
        return yaml.load(text, _Loader)  # a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise YamlError(problem, mark.line + 1 if mark else 1) from None
    except RecursionError:
        raise YamlError("it is nested too deeply", 1) from None


class _Loader(yaml.SafeLoader):
    """The safe loader, without aliases, which could make a gigabyte of a few lines."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases are not read", mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Make a value; refuse characters that no database takes."""
        try:
            value = super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError, OverflowError):
            value = node.value  # the thirteenth month, a number of ten thousand digits
        if isinstance(value, str) and _UNSTORABLE.search(value):
            problem = "a text holds a character that cannot be stored"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return value

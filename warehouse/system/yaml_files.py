"""YAML files, read by libyaml where PyYAML brings it: six times faster, and every command reads all contracts."""

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> dict[str, Any]:
    """The document in a file, an empty one as {}. Raises yaml.YAMLError naming line and column, OSError."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # noqa: S506 (both loaders are safe ones)


def repeated_keys(path: Path) -> list[str]:
    """Keys that stand twice in one mapping, of which YAML would take the last in silence: each with its line. Raises as `read`."""
    found = []
    waiting = [yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
            continue
        keys = set()
        for key, value in node.value:
            said = key.value if isinstance(key, yaml.ScalarNode) else ""
            if said in keys:
                found.append(f"第 {key.start_mark.line + 1} 行的“{said}”写了两次")
            keys.add(said)
            waiting.append(value)
    return sorted(found)

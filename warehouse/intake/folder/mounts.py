"""A seeds folder on a disk that went away is not an empty folder: nothing is taken for removed then."""

import json
from pathlib import Path
from typing import Any

from warehouse import contracts
from warehouse.intake import filename
from warehouse.intake.files import dropped_files
from warehouse.intake.folder.vanished import VanishedError
from warehouse.settings import Settings
from warehouse.system import durable

FILE = "seeds_seen.json"


def check(settings: Settings, confirm: bool = False) -> dict[str, Any]:
    """What is to be remembered once the refresh is over: the folders, the device of each and how many files it holds.

    Raises VanishedError when a folder that held files is another one now and has none: the whole seeds folder wholly bare, or a
    folder in it on another device. That is what a mount that went away leaves behind. `confirm` says that it is meant.
    """
    before, now = _before(settings), _now(settings)
    for folder, seen in before.items():
        found = now.get(folder)
        if confirm or not seen["files"] or found is None or found["files"]:
            continue
        place = settings.seeds / folder if folder else settings.seeds
        is_other = found["device"] != seen["device"] or (folder == "" and found["inode"] != seen["inode"])
        if is_other and (folder or _is_bare(place)):
            raise VanishedError(
                f"文件夹 {place} 已不是原来的那一个，上次的 {seen['files']} 个文件都不见了，很可能是磁盘没有挂载。"
                "没有当作撤回文件，原版本不变。挂载后会自动恢复；确实全部撤回就运行 unionboard refresh --confirm。"
            )
    return now


def remember(settings: Settings, seen: dict[str, Any]) -> None:
    """Keeps what `check` gave; written only when it changed."""
    if seen != _before(settings):
        durable.write_text(settings.home / FILE, json.dumps(seen, ensure_ascii=False))


def _before(settings: Settings) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((settings.home / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content


def _now(settings: Settings) -> dict[str, Any]:
    """By folder (the seeds folder itself is ''): its device and inode, and how many files stand in it and below."""
    programmes = frozenset(table.programme for table in contracts.all_tables())
    labels = [file.label for file in dropped_files(settings.seeds, programmes, settings.links_to)]
    root = settings.seeds.stat()
    found: dict[str, Any] = {"": {"device": root.st_dev, "inode": root.st_ino, "files": len(labels)}}
    for path in sorted(settings.seeds.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            name = filename.readable(path.name)
            files = sum(label.startswith(f"{name}/") for label in labels)
            place = path.stat()
            found[name] = {"device": place.st_dev, "inode": place.st_ino, "files": files}
    return found


def _is_bare(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None

"""Views and queries that somebody has given a name: what was asked, never an answer. Shared with everybody here, or one's own."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.access import audit, people
from warehouse.access.people import Person
from warehouse.intake import privacy
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import copied, lines

LONGEST_NAME = 60
LONGEST = 20_000
SAVE, REMOVE = "save", "remove"


class SavedViewError(Exception):
    """Something that is not taken; the message is a Chinese sentence without a full stop."""


@dataclass(frozen=True)
class SavedView:
    """A named address of the page 查询; `at` in China's time, to the second."""

    id: str
    name: str
    query: dict[str, str]
    is_shared: bool
    at: str
    subject: str
    who: str

    def is_of(self, person: Person) -> bool:
        """Whether this person has saved it."""
        return self.subject == person.subject


def seen(settings: Settings, person: Person | None = None) -> tuple[SavedView, ...]:
    """One's own and those that are shared, the latest first. Raises OSError where the list is damaged."""
    who = person or people.acting()
    found: dict[str, SavedView] = {}
    for line in lines.read(_path(settings)):
        if line["action"] == REMOVE:
            found.pop(line["id"], None)
            continue
        written = line["who"]
        found[line["id"]] = SavedView(
            line["id"], line["name"], line["query"], line["is_shared"], line["at"], written["subject"], written["name"]
        )
    return tuple(one for one in reversed(found.values()) if one.is_shared or one.is_of(who))


def save(settings: Settings, name: str, query: dict[str, str], is_shared: bool, person: Person | None = None) -> str:
    """Keep a view; its id. A name that one has used already is that of the new one. Raises SavedViewError, AuditError and OSError."""
    who = person or people.acting()
    kept = "".join(sign if sign.isprintable() else " " for sign in name).strip()
    if not kept:
        raise SavedViewError("请先起个名字")
    if len(kept) > LONGEST_NAME:
        raise SavedViewError(f"名字最多 {LONGEST_NAME} 个字，现为 {len(kept)} 个")
    if sum(map(len, query.values())) > LONGEST:
        raise SavedViewError("查询太长，存不下")
    if any(privacy.kind_of(text, "text") is not None for text in (kept, *query.values())):
        raise SavedViewError("里面有身份证号、手机号、卡号、邮箱或微信号一类的个人信息，请去掉再存")
    same = [one.id for one in seen(settings, who) if one.is_of(who) and one.name == kept]
    made = secrets.token_hex(6)
    entry = {"id": made, "action": SAVE, "name": kept, "query": query, "is_shared": is_shared}
    _add(settings, who, [{"id": one, "action": REMOVE} for one in same] + [entry])
    return made


def remove(settings: Settings, name: str, person: Person | None = None) -> None:
    """Take one's own off the list. Raises as `save`."""
    who = person or people.acting()
    if not any(one.id == name and one.is_of(who) for one in seen(settings, who)):
        raise SavedViewError("没有这个视图，或不是您存的")
    _add(settings, who, [{"id": name, "action": REMOVE}])


def _add(settings: Settings, who: Person, entries: list[dict[str, Any]]) -> None:
    if copied.is_copy(settings.home):
        raise SavedViewError("这里是副本，请在发布主机的看板上存")
    audit.check(settings)
    at = datetime.now(TIME_ZONE).isoformat(timespec="seconds")
    written = {"subject": who.subject, "name": who.name}
    lines.append(_path(settings), *({**one, "at": at, "who": written} for one in entries))
    for one in entries:
        audit.record(settings, f"view.{one['action']}", who=who, id=one["id"])


def _path(settings: Settings) -> Path:
    return settings.home / "views" / "views.jsonl"

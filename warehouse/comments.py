"""批示: what a leader writes on a number, what offices answer, and when it is done with. The number is pinned as it was seen."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.access import audit, people
from warehouse.access.people import Person
from warehouse.intake import privacy
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import copied, lines

LONGEST = 1000
WRITE, ANSWER, CLOSE = "write", "answer", "close"


class CommentError(Exception):
    """Something that is not taken; the message is a Chinese sentence without a full stop."""


@dataclass(frozen=True)
class Number:
    """What is written about: one KPI in one region and period, of one release and choice of origin."""

    release: str
    programme: str
    kpi: str
    region: str
    period: str
    origin: str


@dataclass(frozen=True)
class Said:
    """What somebody wrote; `at` in China's time, to the second."""

    at: str
    subject: str
    name: str
    text: str


@dataclass(frozen=True)
class Comment:
    """A comment with its answers, the oldest first, and who has closed it when."""

    id: str
    number: Number
    written: Said
    answers: tuple[Said, ...] = ()
    closed: Said | None = None


def load(settings: Settings) -> tuple[Comment, ...]:
    """Every comment, the latest first. Raises OSError where the list is damaged."""
    found: dict[str, Comment] = {}
    for line in lines.read(_path(settings)):
        said = Said(line["at"], line["who"]["subject"], line["who"]["name"], line["text"])
        if line["action"] == WRITE:
            found[line["id"]] = Comment(line["id"], Number(**line["number"]), said)
        elif line["id"] in found and line["action"] == ANSWER:
            found[line["id"]] = replace(found[line["id"]], answers=(*found[line["id"]].answers, said))
        elif line["id"] in found:
            found[line["id"]] = replace(found[line["id"]], closed=said)
    return tuple(reversed(found.values()))


def write(settings: Settings, number: Number, text: str, who: Person | None = None) -> str:
    """A comment; its id. Raises CommentError, AuditError and OSError."""
    name = secrets.token_hex(6)
    _add(settings, WRITE, name, number, _taken(text), who)
    return name


def answer(settings: Settings, name: str, text: str, who: Person | None = None) -> None:
    """An answer to one that is open. Raises as `write`."""
    _add(settings, ANSWER, name, _open(settings, name).number, _taken(text), who)


def close(settings: Settings, name: str, who: Person | None = None) -> None:
    """It is done with. Raises as `write`."""
    _add(settings, CLOSE, name, _open(settings, name).number, "", who)


def _open(settings: Settings, name: str) -> Comment:
    found = next((one for one in load(settings) if one.id == name), None)
    if found is None:
        raise CommentError("没有这条批示")
    if found.closed is not None:
        raise CommentError("这条批示已经办结")
    return found


def _add(settings: Settings, action: str, name: str, number: Number, text: str, who: Person | None) -> None:
    if copied.is_copy(settings.home):
        raise CommentError("这里是副本，批示请在发布主机的看板上写")
    person = who or people.acting()
    audit.check(settings)
    entry: dict[str, Any] = {
        "id": name,
        "at": datetime.now(TIME_ZONE).isoformat(timespec="seconds"),
        "who": {"subject": person.subject, "name": person.name},
        "action": action,
        "text": text,
    }
    if action == WRITE:
        entry["number"] = vars(number)
    lines.append(_path(settings), entry)
    about = {"kpi": number.kpi, "region": number.region, "period": number.period, "release": number.release}
    # What was written stands in the list; the audit says who wrote when and about which number.
    audit.record(settings, f"comment.{action}", who=person, id=name, **about)


def _taken(text: str) -> str:
    """The text as it is kept. Raises CommentError for none, too long a one, and one with personal data."""
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text.replace("\r\n", "\n")).strip()
    if not kept:
        raise CommentError("请先写内容")
    if len(kept) > LONGEST:
        raise CommentError(f"最多 {LONGEST} 个字，现为 {len(kept)} 个")
    if privacy.kind_of(kept, "text") is not None:
        raise CommentError("里面有身份证号、手机号、卡号、邮箱或微信号一类的个人信息，请去掉再写")
    return kept


def _path(settings: Settings) -> Path:
    return settings.home / "comments" / "comments.jsonl"

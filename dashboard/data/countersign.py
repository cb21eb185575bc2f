"""Uploads that wait for a second person, as whoever looks may see, sign and withdraw them."""

from pathlib import Path

from dashboard.data import releases
from dashboard.jobs import Job
from warehouse import settings as warehouse_settings
from warehouse.access import own_unit, people, scopes
from warehouse.access.scopes import NotAllowedError
from warehouse.front_door import countersign, waiting
from warehouse.front_door.countersign import CountersignError
from warehouse.front_door.waiting import Waiting
from warehouse.system import copied


def inbox() -> tuple[Waiting, ...]:
    """What waits for whoever looks to decide, the oldest first: of the own provinces, and handed in by somebody else."""
    if not _may_sign():
        return ()
    subject, provinces = people.acting().subject, scopes.current().signs
    found = waiting.every(warehouse_settings.load())
    return tuple(one for one in found if one.state == waiting.WAITS and countersign.may_sign(one, subject, provinces))


def own(most: int) -> tuple[Waiting, ...]:
    """What the own office has handed in and is not published: what waits, then what was returned or withdrawn, the latest first."""
    if not releases.may_operate(scopes.HAND_IN):
        return ()
    found = [one for one in waiting.every(warehouse_settings.load()) if one.state != waiting.SIGNED and _is_own(one)]
    found.sort(key=lambda one: (one.state == waiting.WAITS, one.id), reverse=True)
    return tuple(found[: max(most, sum(one.state == waiting.WAITS for one in found))])


def content(name: str) -> bytes:
    """The bytes of one that may be decided, or is the own. Raises NotAllowedError and OSError."""
    return _path(name).read_bytes()


def preview(name: str) -> Job:
    """What signing would change, being worked out. Raises NotAllowedError."""
    _decidable(name)
    return Job(["countersign", name, "--preview"], may_be_ended=True)


def sign(name: str, sha256: str) -> Job:
    """Signing and publishing what was shown with this hash. Raises NotAllowedError."""
    _decidable(name)
    return Job(["countersign", name, "--sha256", sha256], may_be_ended=False)


def send_back(name: str, reason: str) -> Job:
    """Returning it with a reason. Raises NotAllowedError and CountersignError."""
    _decidable(name)
    if not reason.strip():
        raise CountersignError("退回要写明原因，填报单位才知道改什么。")
    return Job(["countersign", name, "--return", reason], may_be_ended=False)


def withdraw(name: str) -> Job:
    """Taking the own back. Raises NotAllowedError."""
    if all(one.id != name or one.state != waiting.WAITS for one in own(0)):
        raise NotAllowedError("没有这份等会签的文件，或不是您的单位交来的")
    return Job(["countersign", name, "--withdraw"], may_be_ended=False)


def _may_sign() -> bool:
    return releases.may_operate(scopes.COUNTERSIGN) and not copied.is_copy(warehouse_settings.load().home)


def _decidable(name: str) -> Waiting:
    found = next((one for one in inbox() if one.id == name), None)
    if found is None:
        raise NotAllowedError("没有这份等会签的文件，或不归您会签")
    return found


def _is_own(one: Waiting) -> bool:
    own = own_unit.of(scopes.current())
    return countersign.is_own(one, people.acting().subject, own)


def _path(name: str) -> Path:
    found = next((one for one in (*inbox(), *own(waiting.KEPT)) if one.id == name), None)
    if found is None:
        raise NotAllowedError("没有这份文件，或您的账号不能看")
    return waiting.path_of(warehouse_settings.load(), found)

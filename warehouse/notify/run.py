"""One round: what is due goes into the outbox, what is in the outbox goes out, each with its line in the audit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from warehouse.access import audit
from warehouse.answers.source import NoReleaseError
from warehouse.notify import beside, outbox, schedule
from warehouse.notify.due import Occasions
from warehouse.notify.lined import ScheduleError
from warehouse.notify.outbox import Letter, Outbox, Parcel
from warehouse.notify.robots import by_robot
from warehouse.notify.schedule import Recipient, Schedule
from warehouse.notify.sending import NotSentError, UncertainError, by_mail
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import copied

Say = Callable[[str], None]
WORDS = {
    outbox.PENDING: "等待发送",
    outbox.SENDING: "正在发送",
    outbox.HANDING_OVER: "正在交付",
    outbox.SENT: "已发",
    outbox.FAILED: "没发成，稍后再发",
    outbox.GIVEN_UP: "放弃",
    outbox.UNCERTAIN: "未定",
    outbox.SETTLED: "已由人处理",
}


@dataclass(frozen=True)
class Round:
    """What a round did: the parcels it touched, and all that a person has to look at."""

    parcels: tuple[Parcel, ...]
    open: tuple[Parcel, ...]


def moment(settings: Settings) -> datetime:
    """Now; the end of the day where another one is taken as today."""
    now = datetime.now(TIME_ZONE)
    return now if settings.today == now.date() else datetime.combine(settings.today, time(23, 59), TIME_ZONE)


def needed(settings: Settings) -> Schedule:
    """The schedule. Raises ScheduleError where there is none, on a copy, and for mistakes."""
    if copied.is_copy(settings.home):
        raise ScheduleError("这里是副本，通知由发布主机发，免得同一封发两次。")
    found = schedule.load(settings)
    if found is None:
        raise ScheduleError(f"没有通知计划 {beside.schedule_file(settings)}。写法见 docs/notifying.md。")
    return found


def would(settings: Settings, plan: Schedule) -> tuple[list[Letter], list[Parcel]]:
    """What would go out now, of what is new and of what waits; nothing is written and nobody is told."""
    known = outbox.read(settings)
    waiting = [one for one in known.values() if one.state in (outbox.PENDING, outbox.SENDING, outbox.FAILED)]

    def told(recipient: str) -> frozenset[str]:
        return frozenset(one for parcel in known.values() if parcel.recipient == recipient for one in parcel.occasions)

    return [one.letter for one in _due(settings, plan, told)], waiting


def send(settings: Settings, plan: Schedule, say: Say = lambda _: None) -> Round:
    """Put what is due into the outbox, and send. Raises BusyError, AuditError where nothing may be done unseen, OSError."""
    audit.check(settings)
    touched: dict[str, Parcel] = {}
    with outbox.held(settings) as box:
        now = datetime.now(TIME_ZONE)
        for parcel in box.recover(now):
            _noted(settings, plan, parcel)
            touched[parcel.id] = parcel
        for one in _due(settings, plan, box.told):
            parcel = box.put(one.finished(), now)
            touched[parcel.id] = parcel
        silent: set[str] = set()
        for parcel in box.due(now):
            touched[parcel.id] = _one(settings, plan, box, parcel, silent, say)
        open_ = tuple(one for one in box.parcels.values() if one.state in outbox.OPEN)
    return Round(tuple(touched.values()), open_)


def settle(settings: Settings, begin: str, is_again: bool) -> Parcel:
    """A person's word on a parcel: it goes again, or it is done with. Raises KeyError, BusyError."""
    with outbox.held(settings) as box:
        box.recover(datetime.now(TIME_ZONE))
        parcel = outbox.chosen([one for one in box.parcels.values() if one.state != outbox.SETTLED], begin)
        if is_again and parcel.state not in (*outbox.OPEN, outbox.FAILED):
            raise KeyError(f"{parcel.id} {WORDS[parcel.state]}，不用再发。")
        if parcel.state == outbox.SENT:
            raise KeyError(f"{parcel.id} 已经发出。")
        now = datetime.now(TIME_ZONE)
        moved = box.move(parcel, outbox.PENDING if is_again else outbox.SETTLED, now, "由人决定")
    audit.record(settings, "notify.send_again" if is_again else "notify.settle", id=moved.id, recipient=moved.recipient)
    return moved


def _due(settings: Settings, plan: Schedule, told: Callable[[str], frozenset[str]]) -> Any:
    try:
        yield from Occasions(settings, plan, moment(settings), told)
    except NoReleaseError:
        # Nothing was published yet, and nothing is owed to anybody.
        return


def _one(settings: Settings, plan: Schedule, box: Outbox, parcel: Parcel, silent: set[str], say: Say) -> Parcel:
    recipient = plan.recipients.get(parcel.recipient)
    channel = _channel(plan, recipient)
    if channel in silent:
        return parcel
    if recipient is None or (recipient.mail is not None and plan.server is None):
        reason = "通知计划里已没有这个收件人，或没有邮件服务器"
        return _noted(settings, plan, box.move(parcel, outbox.GIVEN_UP, _now(), reason))
    try:
        letter = box.letter(parcel)
    except (OSError, ValueError, KeyError):
        return _noted(settings, plan, box.move(parcel, outbox.GIVEN_UP, _now(), "信的内容不在了"))
    parcel = box.move(parcel, outbox.SENDING, _now())

    def hand_over() -> None:
        nonlocal parcel
        parcel = box.move(parcel, outbox.HANDING_OVER, _now())

    try:
        if recipient.mail is not None and plan.server is not None:
            by_mail(letter, plan.server, recipient, hand_over)
        else:
            by_robot(letter, recipient, hand_over)
        moved = box.move(parcel, outbox.SENT, _now())
    except NotSentError as error:
        moved = box.move(parcel, outbox.GIVEN_UP if error.is_final else outbox.FAILED, _now(), str(error))
        if error.is_channel:
            silent.add(channel)
    except UncertainError as error:
        moved = box.move(parcel, outbox.UNCERTAIN, _now(), str(error))
        silent.add(channel)
    say(
        f"{moved.recipient}（{recipient.masked}）{moved.subject}：{WORDS[moved.state]}{f'，{moved.reason}' if moved.reason else ''}"
    )
    return _noted(settings, plan, moved)


def _noted(settings: Settings, plan: Schedule, parcel: Parcel) -> Parcel:
    recipient = plan.recipients.get(parcel.recipient)
    outcome = audit.DONE if parcel.state == outbox.SENT else audit.FAILED
    audit.record(
        settings,
        "notify.send",
        outcome,
        id=parcel.id,
        recipient=parcel.recipient,
        to=recipient.masked if recipient else None,
        rule=parcel.rule,
        state=parcel.state,
        reason=parcel.reason,
    )
    return parcel


def _channel(plan: Schedule, recipient: Recipient | None) -> str:
    if recipient is None or recipient.mail is None:
        return recipient.url or "" if recipient else ""
    return f"mail:{plan.server.host}" if plan.server else "mail"


def _now() -> datetime:
    return datetime.now(TIME_ZONE)

"""The schedule: who is told what, when, within what they may see. The only place where addresses stand."""

import os
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import urlsplit

from warehouse.answers.scope import Scope
from warehouse.answers.values import STATUSES
from warehouse.briefing.make import FORMATS
from warehouse.intake import reference
from warehouse.notify import beside, lined
from warehouse.notify.lined import Part, ScheduleError
from warehouse.settings import DBT_PROJECT, TIME_ZONE, Settings
from warehouse.system import host_names, yaml_files

NATION = "000000"
EVERY = ("day", "week", "month", "quarter", "year")
ALERTS = ("kpi", "stale", "overdue", "refused", "held")
ROBOTS = ("wecom", "dingtalk", "feishu")
SECURITY = ("tls", "starttls", "none")
_PORTS = {"tls": 465, "starttls": 587, "none": 25}
# What was to go out while nothing ran is made up for within these days; what is older is not news any more.
CATCH_UP = timedelta(days=3)
_NAME = re.compile(r"[\w\-·（）()]{1,40}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class Server:
    """The mail server; certificates are always verified, and passwords stand in a file of their own."""

    host: str
    port: int
    security: str
    sender: Address
    user: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told things: by mail, or in a group by its robot. `regions` and `programmes` None are all of them."""

    name: str
    mail: str | None = None
    robot: str | None = None
    url: str | None = None
    secret_file: Path | None = None
    region: str | None = None
    programmes: tuple[str, ...] = ()

    @property
    def scope(self) -> Scope:
        """What may be told."""
        return Scope(frozenset(self.programmes) or None, frozenset({self.region}) if self.region else None)

    @property
    def masked(self) -> str:
        """The address as logs may hold it: a***@example.org, oapi.dingtalk.com."""
        if self.mail is not None:
            return f"{self.mail[0]}***@{self.mail.rpartition('@')[2]}"
        return urlsplit(self.url or "").hostname or ""


@dataclass(frozen=True)
class When:
    """The days on which something is due, and the time of the day in China."""

    every: str
    day: int
    month: int
    hour: int
    minute: int

    def last(self, now: datetime) -> datetime | None:
        """The latest moment that has come, None where it is too long ago to make up for."""
        local = now.astimezone(TIME_ZONE)
        for back in range(CATCH_UP.days + 1):
            at = (local - timedelta(days=back)).replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
            if at <= local and self._is_on(at):
                return at
        return None

    def _is_on(self, at: datetime) -> bool:
        if self.every == "day":
            return True
        if self.every == "week":
            return at.isoweekday() == self.day
        is_month = {"month": True, "quarter": at.month % 3 == 1, "year": at.month == self.month}[self.every]
        # The 31st of a month that has none is its last day.
        return is_month and at.day == min(self.day, monthrange(at.year, at.month)[1])


@dataclass(frozen=True)
class Rule:
    """One thing that is told: `kind` is briefing, reminder or one of ALERTS; the rest as far as the kind has it."""

    name: str
    kind: str
    to: tuple[Recipient, ...]
    when: When | None = None
    regions: tuple[str, ...] = ()
    below: str | None = None
    programme: str | None = None
    format: str = "pdf"
    is_previous: bool = False
    kpi: str = ""
    under: float | None = None
    over: float | None = None
    status: str | None = None
    days: int = 0


@dataclass(frozen=True)
class Schedule:
    """The whole file."""

    server: Server | None
    board: str | None
    recipients: dict[str, Recipient]
    rules: tuple[Rule, ...]


def load(settings: Settings) -> Schedule | None:
    """The schedule; None where there is none. Raises ScheduleError with file, line and key of each mistake."""
    file = beside.schedule_file(settings)
    if not file.exists() and not os.environ.get(beside.VARIABLE):
        return None
    return _Reading(file, settings).schedule()


class _Reading:
    def __init__(self, file: Path, settings: Settings) -> None:
        lists = reference.load(settings.reference)
        self._file, self._whole = file, lined.read(file)
        self._regions = {NATION, *lists.regions, *(f"{code}0000" for code in lists.provinces)}
        self._programmes = tuple(lists.programmes)
        self._kpis: frozenset[str] | None = None
        self._recipients: dict[str, Recipient] = {}
        self._names: set[str] = set()

    def schedule(self) -> Schedule:
        whole = self._whole
        whole.only("mail", "board", "recipients", "briefings", "alerts", "reminders")
        server = self._server(whole.part("mail"))
        board = whole.text("board")
        if board is not None and urlsplit(board).scheme not in ("http", "https"):
            whole.wrong("board", "要写看板的地址，例如 https://board.example.org")
        listed = whole.part("recipients")
        if listed is None:
            whole.wrong("recipients", "一个收件人也没有")
        else:
            for name in listed.given:
                self._recipient(name, listed, server)
        rules = [self._briefing(part) for part in whole.parts("briefings")]
        rules += [self._alert(part) for part in whole.parts("alerts")]
        rules += [self._reminder(part) for part in whole.parts("reminders")]
        if whole.faults.said:
            raise ScheduleError("\n".join(whole.faults.said))
        return Schedule(server, board.rstrip("/") if board else None, self._recipients, tuple(rules))

    def _server(self, part: Part | None) -> Server | None:
        if part is None:
            return None
        part.only("host", "port", "security", "from", "user", "password_file", "ca_file")
        host, security = part.text("host", is_needed=True) or "", part.choice("security", SECURITY, "tls") or "tls"
        if security == "none" and not host_names.is_loopback(host):
            part.wrong("security", "none 只能用于本机（127.0.0.1、localhost），别处请写 tls 或 starttls")
        user, password = part.text("user"), self._path(part, "password_file")
        if (user is None) != (password is None):
            part.wrong("password_file" if user else "user", "user 和 password_file 要一起写")
        sender = self._sender(part)
        ca_file = self._path(part, "ca_file")
        port = part.whole("port", 1, 65535, _PORTS[security])
        return Server(host, port, security, sender, user, password, ca_file) if sender else None

    def _sender(self, part: Part) -> Address | None:
        given = part.text("from", is_needed=True)
        if given is None:
            return None
        name, _, address = given.rpartition("<") if given.endswith(">") else ("", "", f"{given}>")
        address = address.removesuffix(">").strip()
        if not _MAIL.fullmatch(address):
            part.wrong("from", f"要写成 名称 <board@example.org>，现为“{given}”")
            return None
        user, _, domain = address.rpartition("@")
        return Address(plain(name), user, domain)

    def _path(self, part: Part, name: str) -> Path | None:
        given = part.text(name)
        if given is None:
            return None
        found = self._file.parent / given
        if not os.access(found, os.R_OK) or not found.is_file():
            part.wrong(name, f"读不了文件 {found}")
        elif name != "ca_file" and found.stat().st_mode & 0o077:
            part.wrong(name, f"{found} 别人也能读，请 chmod 600")
        return found

    def _recipient(self, name: str, listed: Part, server: Server | None) -> None:
        part = listed.part(name)
        if not _NAME.fullmatch(name):
            listed.wrong(name, "收件人的名字用中文、字母、数字和短横，最多 40 个字")
        if part is None:
            return
        part.only("mail", "robot", "url", "secret_file", "region", "programme")
        mail, robot, url = part.text("mail"), part.text("robot"), part.text("url")
        if (mail is None) == (robot is None):
            part.wrong("mail", "mail 和 robot 写一个，也只写一个")
        if mail is not None and not _MAIL.fullmatch(mail):
            part.wrong("mail", f"不是邮件地址：“{mail}”")
        if mail is not None and self._whole.given.get("mail") is None:
            part.wrong("mail", "文件里没有 mail 一节，不知道从哪台服务器发")
        if robot is not None and part.choice("robot", ROBOTS) is not None:
            self._robot(part, url)
        region = part.text("region")
        if region is not None and region not in self._regions:
            part.wrong("region", f"没有地区 {region}，要写六位代码")
        mine = Recipient(
            name,
            mail,
            robot,
            url,
            self._path(part, "secret_file"),
            None if region == NATION else region,
            part.several("programme", self._programmes, "项目"),
        )
        for other in self._recipients.values():
            if (mine.mail or mine.url or "").lower() == (other.mail or other.url or "-").lower():
                part.wrong("mail" if mail else "url", f"与“{other.name}”是同一个地址，一个地址只写一次")
        self._recipients[name] = mine

    def _robot(self, part: Part, url: str | None) -> None:
        try:
            parts = urlsplit(url or "")
            is_safe = parts.scheme == "https" or (
                parts.scheme == "http" and host_names.is_loopback(parts.hostname or "")
            )
            is_good = is_safe and bool(parts.hostname) and parts.port != 0 and plain(url or "") == url
        except ValueError:
            is_good = False
        if not is_good:
            part.wrong("url", "要写机器人给的 https:// 地址")
        if part.given.get("robot") == "wecom" and part.given.get("secret_file"):
            part.wrong("secret_file", "企业微信的机器人没有加签，密钥在地址里")

    def _rule(self, part: Part, *names: str) -> tuple[str, tuple[Recipient, ...]]:
        part.only("name", "to", *names)
        name = part.text("name", is_needed=True) or ""
        if name in self._names:
            part.wrong("name", f"“{name}”用过了，每条要有自己的名字")
        elif name and not _NAME.fullmatch(name):
            part.wrong("name", "名字用中文、字母、数字和短横，最多 40 个字")
        self._names.add(name)
        if "to" not in part.given:
            part.wrong("to", "必须写发给谁")
        to = part.several("to", self._recipients, "收件人")
        return name, tuple(self._recipients[one] for one in to if one in self._recipients)

    def _when(self, part: Part) -> When | None:
        found = part.part("when")
        if found is None:
            if "when" not in part.given:
                part.wrong("when", "必须写什么时候")
            return None
        every = found.choice("every", EVERY)
        allowed = {"day": (), "week": ("day",), "year": ("day", "month")}.get(every or "month", ("day",))
        found.only("every", "at", *allowed)
        at = found.text("at") or "08:00"
        time = _TIME.fullmatch(at)
        if time is None:
            found.wrong("at", f"要写成 08:30，现为“{at}”")
        day = found.whole("day", 1, 7 if every == "week" else 31, 1)
        month = found.whole("month", 1, 12, 1)
        return When(every, day, month, int(time[1]), int(time[2])) if every and time else None

    def _placed(self, part: Part, to: tuple[Recipient, ...]) -> tuple[tuple[str, ...], str | None]:
        regions = part.several("region", self._regions, "地区")
        for one in to:
            outside = [code for code in regions if one.region and not _is_within(code, one.region)]
            if outside:
                part.wrong("region", f"“{one.name}”只看 {one.region}，不能收 {'、'.join(outside)} 的")
        return regions, self._programme(part, to)

    def _programme(self, part: Part, to: tuple[Recipient, ...]) -> str | None:
        programme = part.text("programme")
        if programme is not None and programme not in self._programmes:
            part.wrong("programme", f"没有项目“{programme}”{lined.nearest(programme, self._programmes)}")
        for one in to:
            if programme and one.programmes and programme not in one.programmes:
                part.wrong("programme", f"“{one.name}”不看项目 {programme}")
        return programme

    def _briefing(self, part: Part) -> Rule:
        name, to = self._rule(part, "when", "region", "programme", "format", "period")
        regions, programme = self._placed(part, to)
        if len(regions) > 1:
            part.wrong("region", "一份简报写一个地区；每个地区各写一条")
        return Rule(
            name,
            "briefing",
            to,
            self._when(part),
            regions,
            programme=programme,
            format=part.choice("format", FORMATS, "pdf") or "pdf",
            is_previous=part.choice("period", ("latest", "previous"), "latest") == "previous",
        )

    def _alert(self, part: Part) -> Rule:
        kind = part.choice("on", ALERTS)
        names: dict[str, tuple[str, ...]] = {
            "kpi": ("kpi", "region", "below", "under", "over", "status"),
            "stale": ("days", "programme"),
            "overdue": ("days", "programme"),
            "refused": ("programme",),
        }
        # Of a kind that there is not, nobody knows which keys it has.
        name, to = self._rule(part, "on", *(part.given if kind is None else names.get(kind, ())))
        if kind == "kpi":
            return self._kpi(part, name, to)
        days = part.whole("days", 0, 3650, 30 if kind == "stale" else 0)
        return Rule(name, kind or "", to, programme=self._programme(part, to), days=days)

    def _kpi(self, part: Part, name: str, to: tuple[Recipient, ...]) -> Rule:
        self._kpis = self._kpis if self._kpis is not None else _kpis()
        kpi = part.text("kpi", is_needed=True) or ""
        if kpi and kpi not in self._kpis:
            part.wrong("kpi", f"没有指标“{kpi}”{lined.nearest(kpi, self._kpis)}")
        regions, _ = self._placed(part, to)
        below = part.text("below")
        if below is not None and below not in self._regions:
            part.wrong("below", f"没有地区 {below}，要写六位代码")
        under, over = part.number("under"), part.number("over")
        status = part.choice("status", STATUSES, "") or None
        if sum(one is not None for one in (under, over, status)) != 1:
            part.wrong("on", "under、over、status 写一个，也只写一个：低于多少、高于多少、变成什么状态时告诉")
        return Rule(name, "kpi", to, regions=regions, below=below, kpi=kpi, under=under, over=over, status=status)

    def _reminder(self, part: Part) -> Rule:
        name, to = self._rule(part, "when", "programme")
        for one in to:
            if one.region is None:
                part.wrong("to", f"催报要知道“{one.name}”是哪个地区的：请在 recipients 里给它写 region")
        return Rule(name, "reminder", to, self._when(part), programme=self._programme(part, to))


def plain(text: str) -> str:
    """A text on one line, without what could begin another header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _is_within(code: str, region: str) -> bool:
    """Whether a region lies in another, by their codes: 410300 in 410000, 410324 in 410300."""
    return code.startswith(region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region)


def _kpis() -> frozenset[str]:
    found: set[str] = set()
    for file in (DBT_PROJECT / "models").glob("*/*.yml"):
        for model in yaml_files.read(file).get("models") or ():
            kpis = ((model.get("config") or {}).get("meta") or {}).get("kpis") or ()
            found.update(str(kpi.get("name")) for kpi in kpis if isinstance(kpi, dict))
    return frozenset(found)

"""What is to be told now: the rules of the schedule put to the current release, for each recipient within what that one may see."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from warehouse.answers import owed
from warehouse.answers.answer import Row
from warehouse.answers.owed import RefusedFile, Report
from warehouse.answers.periods import DEMONSTRATION, SUBMITTED, shown_origin
from warehouse.answers.questions import put
from warehouse.answers.source import Source, source
from warehouse.briefing import make, words
from warehouse.briefing.content import NATION, Selection, compose
from warehouse.front_door import refused
from warehouse.intake import privacy
from warehouse.notify import letters
from warehouse.notify.outbox import Attachment, Letter
from warehouse.notify.schedule import Recipient, Rule, Schedule
from warehouse.releases import held
from warehouse.settings import Settings

# As many as one letter lists.
_LISTED = 40
TITLES = {
    "briefing": "简报",
    "reminder": "催报",
    "kpi": "指标提醒",
    "stale": "数据久未更新",
    "overdue": "逾期未报",
    "refused": "文件被退回",
    "held": "新版本等待确认",
}


@dataclass(frozen=True)
class Due:
    """A letter that is due; its attachments are made when it is put into the outbox."""

    letter: Letter
    finish: Callable[[], Letter] | None = None

    def finished(self) -> Letter:
        """The letter with all that goes along."""
        return self.finish() if self.finish is not None else self.letter


@dataclass(frozen=True)
class _Told:
    """One thing to tell: the occasion it is, and the line that says it; places of which the same is told share a line."""

    occasion: str
    line: str
    place: str | None = None


class Occasions:
    """What is due, of one release at one moment."""

    def __init__(self, settings: Settings, schedule: Schedule, now: datetime, told: Callable[[str], frozenset[str]]):
        """`told` gives the occasions that a recipient knows of already. Raises NoReleaseError without a release."""
        self._settings, self._schedule, self._now, self._known = settings, schedule, now, told
        self._whole = source(settings)
        self._names = owed.short_names(self._read)

    def __iter__(self) -> Iterator[Due]:
        for rule in self._schedule.rules:
            at = rule.when.last(self._now) if rule.when is not None else None
            if rule.when is not None and at is None:
                continue
            for recipient in rule.to:
                known = self._known(recipient.name)
                if rule.kind == "briefing" and at is not None:
                    occasion = f"briefing/{rule.name}/{at.date()}"
                    if occasion not in known:
                        yield self._briefing(rule, recipient, occasion, at.date())
                    continue
                if rule.kind == "reminder" and at is not None:
                    found = self._reminder(rule, recipient, at.date())
                else:
                    found = self._alert(rule, recipient, known)
                if found is not None and not known.issuperset(found.letter.occasions):
                    yield found

    def _briefing(self, rule: Rule, recipient: Recipient, occasion: str, on: date) -> Due:
        region = rule.regions[0] if rule.regions else recipient.region or NATION
        within = self._within(recipient)
        selection = Selection(region, _before(rule, on) if rule.is_previous else None, rule.programme)
        composed = compose(within, selection)
        said = [line for head, parts in composed.sentences for line in (f"【{head}】", *parts)]
        caveats = [f"注：{one.zh}" for one in composed.caveats]
        page = f"/?region={region}&period={composed.period}&as_of={within.release.id}"
        letter = self._letter(rule, recipient, (occasion,), composed.title, [*said, "", *caveats], page)
        if recipient.mail is None:
            return Due(letter)

        def finish() -> Letter:
            made, content = make.brief(self._settings, within, selection, rule.format, reader=recipient.name)
            name = f"{made.title.replace(' · ', '_').replace('/', '_')}_简报.{rule.format}"
            text = letter.text + f"\n核对码：{made.code}"
            return Letter(**{**vars(letter), "text": text, "attachments": (Attachment(name, content),)})

        return Due(letter, finish)

    def _reminder(self, rule: Rule, recipient: Recipient, on: date) -> Due | None:
        """What the recipient's province owes, in the words of the page; demonstration records are nobody's to report."""
        province = (recipient.region or NATION)[:2]
        late = [
            one
            for one in self._reports
            if one.province_code == province
            and _is_for(recipient, rule, one.programme)
            and (one.is_overdue(self._settings.today) or one.is_refused)
        ]
        if not late:
            return None
        known = self._whole.regions.get(f"{province}0000", {})
        name = str(known.get("short_name") or known.get("region_name") or province)
        text = letters.to_province(name, late, self._names, self._settings.today)
        occasion = f"reminder/{rule.name}/{on}/{province}"
        return Due(self._letter(rule, recipient, (occasion,), f"{name} {len(late)} 项未报", [text], "/reminders"))

    def _alert(self, rule: Rule, recipient: Recipient, known: frozenset[str]) -> Due | None:
        find = {
            "kpi": self._kpi, "stale": self._stale, "overdue": self._overdue, "refused": self._refused,
            "held": self._held,
        }[rule.kind]  # fmt: skip
        found = [one for one in find(rule, recipient) if f"{rule.kind}/{rule.name}/{one.occasion}" not in known]
        if not found:
            return None
        places: dict[str, list[str]] = {}
        for one in found:
            places.setdefault(one.line, []).extend([one.place] if one.place else [])
        lines = [f"{line}：{'、'.join(where)}。" if where else line for line, where in places.items()]
        listed = lines[:_LISTED]
        if len(lines) > len(listed):
            listed.append(f"另有 {len(lines) - len(listed)} 项，见看板。")
        title = f"{TITLES[rule.kind]}：{rule.name}" + (f"（{len(found)} 项）" if len(found) > 1 else "")
        pages = {"held": "/releases", "overdue": "/reminders", "refused": "/data-quality"}
        occasions = tuple(f"{rule.kind}/{rule.name}/{one.occasion}" for one in found)
        return Due(self._letter(rule, recipient, occasions, title, listed, pages.get(rule.kind, "/")))

    def _kpi(self, rule: Rule, recipient: Recipient) -> Iterator[_Told]:
        """Where the KPI's latest value is beyond the limit; the occasion is the period in which it went there."""
        within = self._within(recipient)
        kpi = within.kpis.get(rule.kpi)
        if kpi is None:
            return
        origin = shown_origin(within, kpi["programme"])
        asked: dict[str, Sequence[str]] = {"kpi": [rule.kpi], "origin": [origin], "grain": [kpi["grain"] or "month"]}
        regions = list(rule.regions) or ([] if rule.below else [recipient.region or NATION])
        if regions:
            asked["region"] = regions
        if rule.below:
            asked["below"] = [rule.below]
        if any(code not in within.regions for code in (*regions, *([rule.below] if rule.below else []))):
            return
        by_region: dict[str, list[Row]] = {}
        for row in put(within, "values", asked).rows:
            if row["value"] is not None:
                by_region.setdefault(row["region"], []).append(row)
        for region, rows in by_region.items():
            begun = None
            for row in rows:
                is_beyond = _is_beyond(rule, row)
                begun = (begun or row["period"]) if is_beyond else None
            if begun is None:
                continue
            last = rows[-1]
            mark = "（演示数据）" if origin == DEMONSTRATION else ""
            name = within.regions[region]["region_name"]
            line = f"{mark}{name} {kpi['label_zh']} {words.period(last['period'])}为 {words.value(last, kpi)}，{_beyond(rule, last, kpi)}"
            since = "" if begun == last["period"] else f"；自{words.period(begun)}起"
            yield _Told(f"{rule.kpi}/{region}/{begun}", f"{line}{since}。")

    def _stale(self, rule: Rule, recipient: Recipient) -> Iterator[_Told]:
        del recipient
        programme, to = rule.programme, owed.submitted_to(self._read, rule.programme)
        days = (self._settings.today - to).days if to is not None else 0
        if days > rule.days:
            name = f"{self._names.get(programme, programme)}的" if programme else ""
            yield _Told(f"{programme or 'all'}/{to}", f"{name}报送数据只到 {to}，已有 {days} 天没有更新。")

    def _overdue(self, rule: Rule, recipient: Recipient) -> Iterator[_Told]:
        for one in self._reports:
            days = one.days_overdue(self._settings.today)
            if not days or days < rule.days or not self._is_told(recipient, rule, one.programme, one.province_code):
                continue
            table = f"{self._names.get(one.programme, one.programme)}·{one.table_name_zh}"
            yield _Told(
                f"{one.programme}/{one.table_name}/{one.province_code}/{one.report_period}",
                f"{table}（{words.period(one.report_period)}）应于 {one.due_date} 前报送，已逾期 {days} 天",
                self._place(one.province_code),
            )

    def _refused(self, rule: Rule, recipient: Recipient) -> Iterator[_Told]:
        for one in self._files:
            if not self._is_told(recipient, rule, one.programme, one.province_code):
                continue
            file = privacy.masked(one.file)
            mark = sha256(f"{one.file}\n{one.reason}".encode()).hexdigest()[:16]
            yield _Told(f"{one.programme}/{mark}", f"{self._place(one.province_code)}：{file}，{one.reason}")

    def _held(self, rule: Rule, recipient: Recipient) -> Iterator[_Told]:
        del rule
        waiting = held.current(self._settings)
        # What waits says numbers of every region.
        if waiting is None or recipient.region is not None or recipient.programmes:
            return
        reasons = "\n".join(one.zh for one in waiting.excesses)
        mark = sha256(reasons.encode()).hexdigest()[:16]
        # A candidate that is made again for the same reasons is no news.
        yield _Told(f"{self._whole.release.id}/{mark}", waiting.sentence)

    def _is_told(self, recipient: Recipient, rule: Rule, programme: str, province: str) -> bool:
        """Whether somebody is told of what a province has to do with a programme: its own, for whoever sees a part of the nation."""
        is_near = recipient.region is None or recipient.region[:2] == province
        return is_near and _is_for(recipient, rule, programme)

    def _place(self, province: str) -> str:
        known = self._whole.regions.get(f"{province}0000")
        return "全国" if province == "00" else str(known["region_name"]) if known else province

    def _within(self, recipient: Recipient) -> Source:
        return Source(self._settings, self._whole.release, recipient.scope)

    def _read(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        return self._whole.rows(sql, parameters)

    @cached_property
    def _reports(self) -> tuple[Report, ...]:
        """What was due lately of submitted records, with the offices that are missed and the files that were refused."""

        found = owed.latest_due(self._read, lambda _: SUBMITTED, "9999-12")
        told = owed.with_units(found, owed.units(self._read, lambda _: SUBMITTED))
        return owed.with_refused(told, self._files)

    @cached_property
    def _files(self) -> tuple[RefusedFile, ...]:
        return refused.files(self._settings)

    def _letter(
        self, rule: Rule, recipient: Recipient, occasions: tuple[str, ...], title: str, said: list[str], page: str
    ) -> Letter:
        board = self._schedule.board
        foot = [f"看板：{board}{page}"] if board else []
        foot.append(f"版本 {self._whole.release.id}。本信由看板按“{rule.name}”自动发出。")
        head = f"【{TITLES[rule.kind]}】" if rule.kind in ("briefing", "reminder") else ""
        text = "\n".join([*said, "", *foot])
        return Letter(recipient.name, rule.name, rule.kind, occasions, head + title, text)


def _is_for(recipient: Recipient, rule: Rule, programme: str) -> bool:
    return rule.programme in (None, programme) and (not recipient.programmes or programme in recipient.programmes)


def _is_beyond(rule: Rule, row: Row) -> bool:
    if rule.under is not None:
        return bool(row["value"] < rule.under)
    return bool(row["value"] > rule.over) if rule.over is not None else bool(row["status"] == rule.status)


def _beyond(rule: Rule, row: Row, kpi: Row) -> str:
    if rule.under is not None:
        return f"低于 {words.number(rule.under, kpi['unit'])}"
    if rule.over is not None:
        return f"高于 {words.number(rule.over, kpi['unit'])}"
    target = f"（目标 {words.target(row, kpi)}）" if row["target"] is not None else ""
    return f"{words.STATUSES.get(rule.status or '', rule.status or '')}{target}"


def _before(rule: Rule, on: date) -> str:
    """The period before the day: the year before of what comes by year, the quarter, else the month."""
    every = rule.when.every if rule.when is not None else "month"
    if every == "year":
        return str(on.year - 1)
    if every == "quarter":
        quarter = (on.month - 1) // 3
        return f"{on.year}Q{quarter}" if quarter else f"{on.year - 1}Q4"
    return f"{on.year}-{on.month - 1:02d}" if on.month > 1 else f"{on.year - 1}-12"

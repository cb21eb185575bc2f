"""What the command line tells people, on stderr, so that stdout holds data only."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from rich.box import SIMPLE_HEAD
from rich.console import Console as RichConsole
from rich.measure import Measurement
from rich.table import Table

from warehouse.intake.receipt import Receipt, state_of
from warehouse.system.children import STEP

_STATUS = {"accepted": "收下", "partly": "部分退回", "warned": "收下，有提醒", "refused": "拒收", "waiting": "等待"}
_STATUS_EN = {
    "accepted": "accepted",
    "partly": "partly rejected",
    "warned": "accepted with warnings",
    "refused": "refused",
    "waiting": "waiting",
}
_COLOUR = {"accepted": "green", "partly": "yellow", "warned": "yellow", "refused": "red", "waiting": "cyan"}

# Characters; no table is wider.
_WIDEST = 2_000

# How long nothing is said where nobody looks on.
_QUIET_SECONDS = 10.0

# Beyond this many rows a table is not drawn: laying out ten thousand takes a minute.
_DRAWN = 500

# Beyond this many a person reads the receipt instead.
_MESSAGES_SHOWN = 20


class Console:
    """Sentences, receipts and tables for a person at a terminal, in one language."""

    def __init__(self, language: str) -> None:
        """`language` is zh or en; anything else ends the command with a sentence."""
        self._err = RichConsole(stderr=True, highlight=False, soft_wrap=True)
        self._out = RichConsole(highlight=False, soft_wrap=True)
        self.language = language
        if language not in ("zh", "en"):
            self.language = "zh"
            self.fail(f"--lang 只能是 zh 或 en，现为 {language}。")

    def say(self, text: str) -> None:
        """One sentence."""
        self._err.print(text, markup=False)

    def fail(self, text: str) -> NoReturn:
        """One sentence, and exit status 1."""
        self._err.print(text, style="red", markup=False)
        raise SystemExit(1)

    def can_ask(self) -> bool:
        """Whether a person sits at the other end."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str) -> str:
        """What the person answers, empty when nothing."""
        self._err.print(f"{question}：", end="", markup=False)
        return sys.stdin.readline().strip()

    @contextlib.contextmanager
    def working(self, in_lines: bool = False) -> Iterator[Callable[[str], None]]:
        """A line that says what is being done, where stderr is a terminal; elsewhere one now and then, or each step if so wished."""
        if in_lines:
            yield lambda text: print(f"{STEP}{text}", file=sys.stderr, flush=True)
            return
        if not sys.stderr.isatty():
            yield _now_and_then()
            return
        with self._err.status("……") as line:
            yield lambda text: line.update(text)

    def receipts(self, receipts: Sequence[Receipt]) -> None:
        """What became of each file, one line a file and the messages below it."""
        words = _STATUS_EN if self.language == "en" else _STATUS
        for receipt in receipts:
            counts = (
                f"{receipt.rows_accepted}/{receipt.rows_in} rows"
                if self.language == "en"
                else f"共 {receipt.rows_in} 行，入库 {receipt.rows_accepted}，隔离 {receipt.rows_quarantined}，忽略 {receipt.rows_ignored}"
            )
            state = state_of(receipt.status, receipt.rows_quarantined)
            self._err.print(f"{words[state]}  ", style=_COLOUR[state], end="", markup=False)
            self._err.print(f"{receipt.file}  {counts}", markup=False)
            told = [message for message in receipt.messages if message.severity != "info"]
            for message in told[:_MESSAGES_SHOWN]:
                text = message.en if self.language == "en" else message.zh
                self._err.print(f"    {message.code}  {text}", markup=False)
            if len(told) > _MESSAGES_SHOWN:
                self._err.print(f"    …… 还有 {len(told) - _MESSAGES_SHOWN} 条，见 --json 或数据质量页", markup=False)

    def status(self, report: dict[str, Any]) -> None:
        """The report of `status` as text."""
        for problem in report["problems"]:
            self._err.print(problem, style="red", markup=False)
        for held in report["personal_data"]:
            self._err.print(f"含个人信息 {held['file']}：{held['message']}", style="red", markup=False)
        if report["held"]:
            reasons = "；".join(reason["zh"] for reason in report["held"]["reasons"][:5])
            self.say(f"等待确认 {report['held']['release']}：{reasons}。发布：unionboard confirm")
        for taken in report["withdrawn"]:
            about = f"撤回 {'、'.join(taken['releases'])}" if taken["kind"] == "rollback" else "撤销上报"
            names = "、".join(file["file"] for file in taken["files"] if file["let_in_at"] is None)
            self.say(f"{taken['when']} {about}：{taken['reason'] or '没有写明原因'}。放在一边：{names or '无'}")
        if report["copy"]:
            self._copy(report["copy"])
        if report["release"] is None:
            self.say("副本里还没有版本。" if report["copy"] else "还没有版本。运行 unionboard refresh 生成第一个。")
            return
        self._out.print(f"当前版本 {report['release']}，{report['age_hours']} 小时前发布", markup=False)
        self.table(report["programmes"])
        disk = report["disk"]
        self._out.print(
            f"磁盘：{disk['releases']} 个版本 {_megabytes(disk['releases_bytes'])}，入库数据 {_megabytes(disk['landing_bytes'])}，"
            f"全部 {_megabytes(disk['home_bytes'])}，剩余 {_megabytes(disk['free_bytes'])}",
            markup=False,
        )
        for refused in report["refused"]:
            reasons = "；".join(refused["reasons"])
            self._out.print(f"拒收 {refused['file']}：{reasons}", markup=False)

    def _copy(self, copy: dict[str, Any]) -> None:
        """Where a replica's copy comes from and how fresh it is."""
        heard = "还没有联系上" if copy["age_seconds"] is None else f"{copy['age_seconds']} 秒前联系上"
        others = f"，另有 {copy['missing']} 个较早的版本还没有到" if copy["missing"] else ""
        self._out.print(
            f"副本，跟随 {copy['from']}，{heard}，那里的版本 {copy['writer_release'] or '—'}{others}", markup=False
        )
        for said in (copy["problem"], copy["notice"]):
            if said:
                self._err.print(f"{said}。", style="red", markup=False)

    def kpi_values(self, values: Sequence[dict[str, Any]]) -> None:
        """KPI values as a table."""
        columns = (
            "kpi",
            "region",
            "period",
            "origin",
            "qualifier",
            "value",
            "numerator",
            "denominator",
            "target",
            "status",
        )
        self.table([{column: row[column] for column in columns} for row in values])

    def table(self, rows: Sequence[dict[str, Any]]) -> None:
        """Rows as a table on stdout; many of them with tabs between."""
        if not rows:
            self.say("没有结果。")
            return
        if len(rows) > _DRAWN:
            print("\t".join(map(str, rows[0])))
            for row in rows:
                print("\t".join("—" if value is None else _shown(value) for value in row.values()))
            return
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for column in rows[0]:
            table.add_column(str(column), no_wrap=True)
        for row in rows:
            table.add_row(*("—" if value is None else _shown(value) for value in row.values()))
        # A line too long for the terminal is easier to read than cells of five characters; into a file goes all of it.
        wide = RichConsole(highlight=False, width=_WIDEST)
        wide.width = max(self._out.width, Measurement.get(wide, wide.options, table).maximum)
        wide.print(table)


def _now_and_then() -> Callable[[str], None]:
    """Steps for a log: none of work that is soon done, then one every few seconds."""
    said = time.monotonic()

    def say(text: str) -> None:
        nonlocal said
        if time.monotonic() - said >= _QUIET_SECONDS:
            said = time.monotonic()
            print(f"…… {text}", file=sys.stderr, flush=True)

    return say


def _shown(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _megabytes(size: int | None) -> str:
    return "—" if size is None else f"{size / 1e6:,.1f} MB"

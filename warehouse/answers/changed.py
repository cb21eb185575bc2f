"""What changed between two releases, as it may be shown: numbers of cells that either of them hides are left out."""

from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from warehouse.answers import asked as asking
from warehouse.answers.answer import Answer, Page, Question, Row, paged
from warehouse.answers.asked import Asked, AskedError, Parameter, UnknownError
from warehouse.answers.caveats import HIDDEN
from warehouse.answers.columns import FLAG, LIST, NUMBER, TEXT, Column
from warehouse.answers.lists import KPI, PROGRAMME, REGION
from warehouse.answers.source import Source
from warehouse.releases import compare, release

COLUMNS = (
    Column("kpi", TEXT, "指标代码", is_key=True),
    Column("programme", TEXT, "项目代码"),
    Column("region", TEXT, "地区六位代码", is_key=True),
    Column("period", TEXT, "期间", is_key=True),
    Column("origin", TEXT, "来源", is_key=True),
    Column("category", TEXT, "分类", is_key=True),
    Column("before", NUMBER, "较早版本的值；没有的为空"),
    Column("after", NUMBER, "这个版本的值；没有的为空"),
    Column("is_hidden", FLAG, "有一个版本不单列，因此没有数"),
    Column("files", LIST, "来去的文件：其中的行使数变化"),
)


def ask(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """The values that differ from an earlier release, by default the one before; largest relative change first."""
    del extra
    for name, known in (("programme", source.programmes), ("kpi", source.kpis), ("region", source.regions)):
        asking.check(name, asked.several(name), known)
    before = _before(source, asked)
    if before is None:
        return paged(COLUMNS, [], page)
    kpis, rows = source.kpis, []
    for change in _changes(before.path, source.release.path):
        if change["kpi"] not in kpis or not source.has_region(change["region"]):
            continue
        if any(
            asked.several(name) and change[name] not in asked.several(name) for name in ("programme", "kpi", "region")
        ):
            continue
        rows.append(_told(change, source.scope.is_everything))
    return paged(COLUMNS, rows, page, [HIDDEN] if any(row["is_hidden"] for row in rows) else [])


QUESTION = Question(
    "changes",
    "这个版本与较早版本相比，哪些指标值变了，来去了哪些文件；变化最大的在前。",
    "Which KPI values differ from an earlier release, and which files came or went; largest change first.",
    (
        Parameter(
            "since", "较早的版本号；不写为上一个", "20240601T083000Z-3f2a91bc", is_several=False, pattern=asking.RELEASE
        ),
        PROGRAMME,
        KPI,
        REGION,
    ),
    COLUMNS,
    ask,
)


def _before(source: Source, asked: Asked) -> release.Release | None:
    named = asked.one("since")
    if named is None:
        named = source.release.manifest.get("previous")
        if named is None:
            return None
    try:
        found = release.find(source.settings, named)
    except release.ReleaseError as error:
        if asked.one("since") is None:
            return None
        raise UnknownError("since", str(error)) from error
    if (problem := found.problem()) is not None:
        raise AskedError("since", f"版本 {found.id} 不能读：{problem}。")
    return found


def _told(change: dict[str, Any], with_files: bool) -> Row:
    is_hidden = bool(change["is_small"])
    told = {**change, "is_hidden": is_hidden}
    if is_hidden:
        told |= {"before": None, "after": None, "category": None}
    if not with_files:
        told["files"] = []
    return told


@cached(LRUCache(4), lock=Lock())
def _changes(before: Any, after: Any) -> list[dict[str, Any]]:
    return compare.kpi_changes(before, after)

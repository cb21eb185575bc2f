"""What stands now: the current release, its age, files and rows by programme, and what is refused and why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warehouse.intake import remembered
from warehouse.intake.folder import latest_receipts, set_aside
from warehouse.intake.folder.set_aside import Taken
from warehouse.releases import current_values, held, release, retention
from warehouse.settings import Settings
from warehouse.system import copied

_BY_PROGRAMME = """
select
    dim_programme.programme,
    dim_programme.programme_name_zh as name,
    count(distinct dim_file.file_name) as files,
    coalesce(sum(dim_file.rows_accepted), 0)::bigint as rows_accepted,
    coalesce(sum(dim_file.rows_quarantined), 0)::bigint as rows_quarantined,
    coalesce(sum(dim_file.rows_accepted) filter (where dim_file.origin = 'demonstration'), 0)::bigint as demonstration_rows
from dim_programme
left join dim_file on dim_programme.programme = dim_file.programme
group by all
order by any_value(dim_programme.sort_order)
"""


def status(settings: Settings) -> dict[str, Any]:
    """The document that `status --json` prints; `release` is None before the first release.

    `problems` are sentences about what is damaged on disk; releases and landed files are read whole to find out.
    """
    current = release.current(settings)
    waiting = held.current(settings)
    taken, damage = _taken_back(settings)
    copy = copied.load(settings.home)
    report: dict[str, Any] = {
        "release": None,
        "published_at": None,
        "age_hours": None,
        "programmes": [],
        "refused": _refused(settings),
        "personal_data": _personal_data(settings),
        "problems": [*_problems(settings, current), *damage],
        "held": waiting.as_json() if waiting else None,
        "disk": retention.disk_use(settings),
        "copy": copy.as_json() if copy else None,
        "withdrawn": [one.as_json() for one in taken if one.is_in_force],
        "set_aside": [
            {"file": file.file, "sha256": file.sha256, "kind": one.kind, "at": one.at, "reason": one.reason}
            for file, one in set_aside.out(taken).values()
        ],
    }
    if current is None:
        return report
    with current_values.connect(settings) as connection:
        programmes = current_values.rows_of(connection.execute(_BY_PROGRAMME))
    # A clock that was set back must not make a release younger than now.
    age = max(datetime.now(UTC) - current.created_at, timedelta())
    return {
        **report,
        "release": current.id,
        "published_at": current.created_at.isoformat(),
        "age_hours": round(age.total_seconds() / 3600, 2),
        "files": current.manifest.get("files"),
        "tests": current.manifest.get("tests"),
        "programmes": programmes,
    }


def _taken_back(settings: Settings) -> tuple[tuple[Taken, ...], list[str]]:
    """What was taken back, and what is wrong with the list of it."""
    try:
        return set_aside.load(settings), []
    except OSError as error:
        return (), [str(error)]


def _problems(settings: Settings, shown: release.Release | None) -> list[str]:
    found = []
    problem = release.problem_of_current(settings, again=True)
    if problem is not None:
        instead = f"现在用的是完好的版本 {shown.id}" if shown else "没有完好的版本可用"
        found.append(f"当前版本损坏：{problem}。{instead}；运行 unionboard refresh 会重新生成。")
    named = release.current_id(settings)
    for one in release.list_releases(settings):
        if one.id != named and (problem := one.problem(again=True)):
            found.append(f"较早的版本 {one.id} 损坏：{problem}。不能退回到它。")
    known: dict[Path, str | None] = {}
    for entry in remembered.load_all(settings):
        problem = entry.problem_on_disk(settings, known)
        if problem is not None:
            found.append(f"{entry.receipt.file} 的入库数据损坏：{problem}。下次刷新会从原文件重新读入。")
    return found


def _refused(settings: Settings) -> list[dict[str, Any]]:
    """Refused files and files with quarantined rows, from the receipts of the last refresh."""
    refused = []
    for receipt in latest_receipts.files(settings):
        if receipt["status"] == "refused" or receipt["rows_quarantined"]:
            reasons = [
                f"{message['code']} {message['message']}"
                for message in receipt["messages"]
                if message["severity"] in ("refuse", "quarantine")
            ]
            refused.append(
                {
                    "file": receipt["file"],
                    "status": receipt["status"],
                    "rows_quarantined": receipt["rows_quarantined"],
                    "reasons": reasons,
                }
            )
    return refused


def _personal_data(settings: Settings) -> list[dict[str, Any]]:
    """Files in the seeds folder that hold personal data, and where (D121): nobody edits them but who put them there."""
    return [
        {"file": receipt["file"], "message": message["message"]}
        for receipt in latest_receipts.files(settings)
        for message in receipt["messages"]
        if message["code"] == "D121"
    ]

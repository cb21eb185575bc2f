"""What stands now: the current release, its age, files and rows by programme, and what is refused and why."""

import json
from datetime import UTC, datetime
from typing import Any

from warehouse import reading, release
from warehouse.settings import Settings

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
    """The document that `status --json` prints; `release` is None before the first release."""
    current = release.current(settings)
    report: dict[str, Any] = {
        "release": None,
        "published_at": None,
        "age_hours": None,
        "programmes": [],
        "refused": _refused(settings),
    }
    if current is None:
        return report
    with reading.connect(settings) as connection:
        programmes = reading.rows_of(connection.execute(_BY_PROGRAMME))
    age = datetime.now(UTC) - current.created_at
    return {
        **report,
        "release": current.id,
        "published_at": current.created_at.isoformat(),
        "age_hours": round(age.total_seconds() / 3600, 2),
        "files": current.manifest.get("files"),
        "tests": current.manifest.get("tests"),
        "programmes": programmes,
    }


def _refused(settings: Settings) -> list[dict[str, Any]]:
    """Refused files and files with quarantined rows, from the receipts of the last refresh."""
    try:
        latest = json.loads((settings.receipts / "latest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    refused = []
    for receipt in latest["files"]:
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

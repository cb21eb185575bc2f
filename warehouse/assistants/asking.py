"""SQL for an analyst's assistant: one SELECT of the copy that 查询 asks, with the rows of the scope only, within the same limits."""

import io
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError

from warehouse.access import audit, scopes
from warehouse.access.audit import AuditError
from warehouse.answers import caveats
from warehouse.answers.periods import DEMONSTRATION
from warehouse.answers.source import Source
from warehouse.releases import asking_copy, question
from warehouse.releases.asking_copy import CopyError
from warehouse.settings import Settings

# As many as an assistant reads; the rest by a narrower question.
_MOST_ROWS = 200
_REFUSED = {
    "one_statement": "只能写一条语句 one statement only",
    "only_select": "只能写 SELECT only a SELECT",
    "no_such_table": "没有这张表，或不能查 no such table, or it may not be asked",
    "no_such_function": "没有这个函数，或不能用 no such function, or it may not be used",
    "too_long": f"超过 {question.SECONDS:.0f} 秒，已停 took too long",
    "too_much_memory": f"超过 {question.MEMORY_MB} MB 内存 too much memory",
    "too_large": f"结果超过 {question.RESULT_MB} MB the result is too large",
    "too_many_columns": f"超过 {question.COLUMNS} 列 too many columns",
}


def ask(settings: Settings, source: Source, sql: str) -> dict[str, Any]:
    """The answer with everything that belongs to it. Raises ToolError, whose sentence says what would do; each question is in the audit."""
    if len(sql) > question.LONGEST_SQL:
        raise ToolError(f"SQL 最多 {question.LONGEST_SQL} 个字符 too much SQL")
    regions = source.scope.regions
    scope = scopes.EVERYTHING if regions is None else scopes.Scope(tuple(sorted(regions)), has_nation=False)
    rows = io.BytesIO()
    try:
        audit.record(settings, "assistant.sql", release=source.release.id, sql=sql)
        copy = asking_copy.of(settings, source.release.id, source.release.path, scope)
        answer = question.put(copy, sql, question.PERSON, rows, guarded=True)
    except question.Refused as refused:
        about = f"：{refused.about}" if refused.about else ""
        raise ToolError(f"{_REFUSED.get(refused.kind, refused.kind)}{about}") from None
    except (question.Failed, CopyError, AuditError) as error:
        raise ToolError(str(error)) from None
    found = [list(row) for row in question.rows_in(rows)]
    told = [caveats.HIDDEN, caveats.NOT_REPORTED]
    if any(DEMONSTRATION in row for row in found):
        told.insert(0, caveats.DEMONSTRATION)
    return {
        "release": source.release.id,
        "data_to": source.data_to,
        "columns": list(answer.columns),
        "rows": len(found[:_MOST_ROWS]),
        "is_cut": answer.cut is not None or len(found) > _MOST_ROWS,
        "caveats": [{"code": one.code, "zh": one.zh, "en": one.en} for one in told],
        "note": "三种来源（origin）不能相加；空值不是 0。Never add different origins; null is not zero.",
        "data": found[:_MOST_ROWS],
    }

"""The process in which one question is put to a release: it may take so much memory and time, sends so much, and ends with its parent.

Run by path (`warehouse/releases/question.py` does), so that it imports the engine and nothing of ours: it answers a tenth of a second after
its start. One JSON object on stdin says what is asked; on stdout follow lines of JSON: an object when it is ready, one with the
columns, an array for each row, and an object that says how it ended.
"""

import json
import os
import re
import resource
import sys
import threading
from decimal import Decimal
from typing import Any

# Whoever asks may use these and no table of the engine's own, which tell paths and settings or read files.
TABLE_FUNCTIONS = frozenset(
    {"range", "generate_series", "unnest", "json_each", "json_tree", "repeat", "generate_subscripts"}
)
# Functions that tell of the machine, the session or the engine, run text as SQL, wait, or remember.
TELLING = re.compile(
    r"(?!current_(?:date|time|timestamp|localtime|localtimestamp)$)"
    r"(?:current_|pg_|duckdb_|pragma_|read_|has_.*_privilege|inet_|__internal|json_(?:de)?serialize|json_execute|get_block_size"
    r"|getvariable|getenv|in_search_path|(?:stats|summary|version|user|session_user|query|query_table|index_key|vector_type)$"
    r"|write_log|parse_duckdb|sleep_ms|txid_|nextval|currval|setval|setseed|.*aggregate_state|format_type|format_pg|col_description"
    r"|obj_description|shobj_|which_secret|glob$|sniff_)"
)
ENGINE = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}


class Refused(Exception):
    """A question that is not run: which kind of refusal, and what it is about."""

    def __init__(self, kind: str, about: str = "") -> None:
        super().__init__(kind)
        self.kind, self.about = kind, about


def main() -> None:
    """Answer the question that stdin asks."""
    asked = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _be_first_to_go()
    import duckdb

    limits = asked["limits"]
    try:
        database = duckdb.connect(asked["database"], read_only=True, config=_engine(limits, asked["scratch"]))
        _limit(limits, asked["guarded"])
        _say({"ready": True})
        _answer(database, asked["sql"], asked["guarded"], limits)
    except Refused as refused:
        _say({"refused": refused.kind, "about": refused.about})
    except (MemoryError, duckdb.OutOfMemoryException):
        _say({"refused": "too_much_memory"})
    except duckdb.Error as error:
        # The engine says "bad allocation" for what the address space did not give.
        told = str(error)
        is_memory = "bad_alloc" in told or "bad allocation" in told
        where = f"{os.getcwd()}/"
        _say({"refused": "too_much_memory"} if is_memory else {"failed": told.replace(where, "")[:20_000]})
    sys.stdout.flush()
    # Not to wait for threads, nor to take down what is large.
    os._exit(0)


def _answer(database: Any, sql: str, guarded: bool, limits: dict[str, Any]) -> None:
    import duckdb

    # Two readers of one text may differ in where it ends.
    if "\0" in sql:
        raise Refused("one_statement")
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1:
        raise Refused("one_statement")
    if guarded:
        if statements[0].type != duckdb.StatementType.SELECT:
            raise Refused("only_select")
        _guard(database, sql)
    cursor = database.execute(statements[0])
    columns = [column[0] for column in cursor.description or ()]
    if limits["columns"] is not None and len(columns) > limits["columns"]:
        raise Refused("too_many_columns")
    _say({"columns": columns})
    rows, size, cell = 0, 0, _plain if guarded else _as_it_is
    while batch := cursor.fetchmany(16 if guarded else 2_000):
        for row in batch:
            line = json.dumps([cell(one) for one in row], ensure_ascii=False, default=str).encode() + b"\n"
            if limits["rows"] is not None and rows == limits["rows"]:
                _say({"cut": "rows"})
                return
            if limits["bytes"] is not None and size + len(line) > limits["bytes"]:
                if rows == 0:
                    raise Refused("too_large")
                _say({"cut": "bytes"})
                return
            sys.stdout.buffer.write(line)
            rows, size = rows + 1, size + len(line)
    _say({"cut": None})


def _guard(database: Any, sql: str) -> None:
    """Raises Refused unless the engine's own parse tree names nothing but the tables that are here and functions that only reckon."""
    parsed = json.loads(database.execute("select json_serialize_sql(?)", [sql]).fetchall()[0][0])
    if parsed.get("error"):
        raise Refused("only_select")
    tables = {
        row[0].lower()
        for row in database.execute("select table_name from duckdb_tables() where not internal").fetchall()
    }
    found = list(_nodes(parsed["statements"]))
    # A name of the engine's own is refused as a name for a query, too: outside of it the name is the engine's again.
    own = {row[0].lower() for row in database.execute("select view_name from duckdb_views() where internal").fetchall()}
    named = {key.lower() for node in found for key in _names_of_queries(node)}
    for node in found:
        kind, function = node.get("type"), node.get("function_name")
        if kind == "BASE_TABLE":
            name = str(node.get("table_name", "")).lower()
            place = [part for part in (node.get("catalog_name"), node.get("schema_name")) if part]
            if (place and place != ["main"]) or name not in tables | (named - own):
                raise Refused("no_such_table", ".".join([*place, str(node.get("table_name"))]))
        elif kind == "SHOW_REF":
            name = str(node.get("table_name") or "").strip('"').lower()
            if name not in tables and not (node.get("query") and not name):
                raise Refused("no_such_table", str(node.get("table_name")))
        elif kind == "TABLE_FUNCTION":
            called = str((node.get("function") or {}).get("function_name", "")).lower()
            if called not in TABLE_FUNCTIONS:
                raise Refused("no_such_function", called)
        if isinstance(function, str) and TELLING.match(function.lower()):
            raise Refused("no_such_function", function)


def _nodes(tree: Any) -> Any:
    """Every object of the tree; not by recursion, because whoever asks decides how deep it is."""
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)


def _names_of_queries(node: dict[str, Any]) -> list[str]:
    """The names that `with` gives to queries."""
    entries = (node.get("cte_map") or {}).get("map") or ()
    names = [str(entry["key"]) for entry in entries if isinstance(entry, dict) and "key" in entry]
    return [*names, *([str(node["cte_name"])] if isinstance(node.get("cte_name"), str) else [])]


def _plain(value: Any) -> Any:
    """What a cell of a page may be: nothing, a number or a text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return float(value) if isinstance(value, Decimal) else str(value)


def _as_it_is(value: Any) -> Any:
    """Lists and structures stay what they are; those with keys that JSON has not become their text."""
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return str(value)
    return value


def _say(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def _engine(limits: dict[str, Any], scratch: str) -> dict[str, Any]:
    memory = {} if limits["memory_mb"] is None else {"memory_limit": f"{limits['memory_mb'] // 2}MB", "threads": 1}
    return {**ENGINE, "temp_directory": scratch, **memory}


def _limit(limits: dict[str, Any], guarded: bool) -> None:
    """What the system holds even where the engine does not count: address space beyond what is there now, seconds, and no files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Whoever waits ends it earlier; this ends it where nobody waits any more.
    seconds = int(limits["seconds"] * max(1, os.cpu_count() or 1)) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if guarded:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if limits["memory_mb"] is not None and (held := _held()):
        most = held + limits["memory_mb"] * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _held() -> int:
    """The bytes of address space that this process has now; 0 where the system does not tell, and the engine's own limit stands alone."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _be_first_to_go() -> None:
    """Where the machine itself runs short, this process waits, or ends, before the server does."""
    os.nice(5)
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:
        pass


def _end_with_parent() -> None:
    """Nothing more is written to stdin: its end is the end of whoever asked."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()

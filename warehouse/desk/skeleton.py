"""Skeletons that build as they are: a programme's folder with its row, and a KPI's entry; what a person has to say is marked 待填."""

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import yaml

from warehouse.build import project
from warehouse.build.project import reference_lists
from warehouse.settings import Settings
from warehouse.system.durable import replacing

TO_FILL = "待填"

_SKELETONS = Path(__file__).parent / "skeletons"
_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Longer names than this no file system of offices takes with what stands around them.
_LONGEST = 40


class SkeletonError(Exception):
    """Why nothing was written, with the way out, in Chinese."""


@dataclass(frozen=True)
class Blank:
    """A place that a person fills in."""

    file: Path
    line: int
    text: str


@dataclass(frozen=True)
class Written:
    """The files that were written or added to, and what is to be filled in there."""

    files: tuple[Path, ...]
    blanks: tuple[Blank, ...]

    def as_json(self) -> dict[str, Any]:
        """As `unionboard new … --json` prints it."""
        return {
            "written": [str(path) for path in self.files],
            "to_fill": [{"file": str(one.file), "line": one.line, "text": one.text} for one in self.blanks],
        }


def new_programme(
    settings: Settings, code: str, name: str | None = None, name_en: str | None = None, table: str = "record"
) -> Written:
    """Writes the folder of a programme and its row in programmes.csv; nothing that is there is touched. Raises SkeletonError."""
    for word, what in ((code, "项目代码"), (table, "表代码")):
        _check_code(word, what)
    folder = project.in_use() / "models" / code
    listed = reference_lists(settings)["programmes"]
    known = _rows(listed)
    if folder.exists() or any(row["programme"] == code for row in known):
        where = folder if folder.exists() else listed
        raise SkeletonError(f"已经有项目 {code}（{where}）。请换一个代码，或先删掉原来的。")
    name = name or code
    if taken := next((row for row in known if name in (row["file_word"], row["programme_name_zh"])), None):
        raise SkeletonError(f"名称“{name}”已经是项目 {taken['programme']} 的。请换一个。")
    if any(sign in name + (name_en or "") for sign in "\"'{}$\n\r:#"):
        raise SkeletonError(f"名称“{name}”里有不能用的符号。请只写文字。")
    words = {
        "programme": code,
        "page": code.replace("_", "-"),
        "name": name,
        "name_en": name_en or code.replace("_", " ").capitalize(),
        "table": table,
        "tables": _plural(table),
    }
    written = [*_write_folder(folder, words), _add_row(listed, known, words)]
    (settings.seeds / code).mkdir(exist_ok=True)
    return _told(written, {listed: len(known) + 2})


def new_kpi(programme: str, kpi: str, fact: str | None = None) -> Written:
    """Writes the entry of a KPI right below `kpis:` of the programme's fact, by default its first. Raises SkeletonError."""
    _check_code(kpi, "指标代码")
    models = project.in_use() / "models"
    if not (models / programme).is_dir():
        known = sorted(path.name for path in models.iterdir() if path.is_dir() and path.name != "core")
        raise SkeletonError(f"没有项目 {programme}。现有：{'、'.join(known)}。新项目用 unionboard new programme。")
    facts = {path.stem: path for path in sorted((models / programme).glob("fct_*.yml"))}
    metas = {name: _meta(path) for name, path in facts.items()}
    counted = [name for name, meta in metas.items() if meta.get("programme") == programme]
    chosen = fact or next((name for name in counted if metas[name].get("kpis")), next(iter(counted), None))
    if chosen is None or chosen not in counted:
        raise SkeletonError(f"项目 {programme} 没有事实表 {fact or ''}。现有：{'、'.join(counted) or '无'}。")
    for path in sorted(models.glob("*/fct_*.yml")):
        if any(one.get("name") == kpi for one in _meta(path).get("kpis") or []):
            raise SkeletonError(f"已经有指标 {kpi}（{path}）。请换一个代码。")
    path, meta = facts[chosen], metas[chosen]
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    place = next((at for at, line in enumerate(lines) if re.fullmatch(r"        kpis:\s*(#.*)?\n?", line)), None)
    if place is None:
        place = next(
            (at for at, line in enumerate(lines) if re.match(rf"        programme: {programme}\s*$", line)), None
        )
        if place is None:
            raise SkeletonError(
                f"{path} 里没有写成一行的 programme: {programme}，不知道写在哪里。请照 docs/adding-a-kpi.md 手写。"
            )
        lines.insert(place + 1, "        kpis:\n")
        place += 1
    entry = _entry(kpi, programme, meta)
    lines.insert(place + 1, entry)
    with replacing(path) as temporary:
        temporary.write_text("".join(lines), encoding="utf-8")
    return _told([path], {path: place + 2}, until=place + 1 + entry.count("\n"))


def _entry(kpi: str, programme: str, meta: Mapping[str, Any]) -> str:
    date = meta.get("record_date") or _event_date(programme, meta.get("table"))
    indent = "\n            "
    is_stock = bool(meta.get("has_states")) or date is None
    if meta.get("has_states"):
        placed = "basis: stock"
    elif date is None:
        placed = indent.join((f"# {TO_FILL}：从哪一列日期起计入", "from: first_reported_on", "basis: stock"))
    else:
        placed = indent.join((f"date: {date}", "basis: period"))
    words = {"kpi": kpi, "placed": placed, "time": "" if is_stock else ", time: true"}
    return Template((_SKELETONS / "kpi.yml").read_text(encoding="utf-8")).substitute(words)


def _event_date(programme: str, table: str | None) -> str | None:
    """The day that a row of the table tells of, as its contract names it; else its first required date."""
    path = project.in_use() / "models" / programme / f"_{programme}__sources.yml"
    if not path.is_file():
        return None
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    tables = [one for source in document.get("sources") or [] for one in source.get("tables") or []]
    columns = next((one.get("columns") or [] for one in tables if one.get("name") == table), [])
    dates = {
        column["name"]: (column.get("config") or {}).get("meta") or {}
        for column in columns
        if column.get("data_type") == "date"
    }
    marked = [name for name, said in dates.items() if said.get("event_date")]
    needed = [name for name, said in dates.items() if said.get("required")]
    return next(iter((*marked, *needed, *dates)), None)


def _meta(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise SkeletonError(f"{path} 不是有效的 YAML，请先改好：{error}") from None
    models = document.get("models") or [{}]
    found: dict[str, Any] = (models[0].get("config") or {}).get("meta") or {}
    return found


def _check_code(code: str, what: str) -> None:
    if not _CODE.fullmatch(code) or len(code) > _LONGEST:
        raise SkeletonError(
            f"{what}“{code}”不行：只用小写字母、数字和下划线，以字母开头，不超过 {_LONGEST} 个字符，如 work_stoppages。"
        )


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def _write_folder(folder: Path, words: Mapping[str, str]) -> list[Path]:
    """The programme's files, all of them or none."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as beside:
        names = []
        for skeleton in sorted((_SKELETONS / "programme").iterdir()):
            name = skeleton.name.replace("PROGRAMME", words["programme"]).replace("TABLES", words["tables"])
            text = Template(skeleton.read_text(encoding="utf-8")).substitute(words)
            (Path(beside) / name).write_text(text, encoding="utf-8")
            names.append(name)
        shutil.copytree(beside, folder)
    return [folder / name for name in names]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _add_row(path: Path, known: list[dict[str, str]], words: Mapping[str, str]) -> Path:
    """One line at the end of programmes.csv, in the columns that it has."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    last = max((int(row["sort_order"]) for row in known if (row.get("sort_order") or "").isdecimal()), default=0)
    row = {
        "programme": words["programme"],
        "programme_name_zh": words["name"],
        "programme_name_en": words["name_en"],
        "file_word": words["name"],
        "pilot_region_code": "000000",
        "pilot_region_name": "全国",
        "is_ranked": "true",
        "sort_order": str(last + 1),
        "question_zh": f"{TO_FILL}：这一页回答什么问题？",
        "question_en": "To fill in: which question does this page answer?",
        "regions_zh": "全国",
    }
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow([row.get(name, "") for name in header])
    text = path.read_bytes().decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    with replacing(path) as temporary:
        kept = text if text.endswith(("\n", "\r")) else text + end
        temporary.write_bytes((kept + line.getvalue().replace("\n", end)).encode("utf-8"))
    return path


def _told(files: list[Path], begins: Mapping[Path, int], until: int | None = None) -> Written:
    """What was written, with the marks that stand in it; of a file that was added to, those of the new lines only."""
    blanks = [
        Blank(path, number, line.strip().removeprefix("# "))
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if TO_FILL in line and number >= begins.get(path, 1) and (until is None or number <= until)
    ]
    return Written(
        tuple(Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path for path in files), tuple(blanks)
    )

"""Typesets a briefing or a chart: PDF, PNG and SVG by typst, with a font that comes by package, so that a bare machine will do."""

import json
import os
import shutil
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from warehouse.system import scratch

Form = Literal["pdf", "svg", "png"]
TEMPLATES = Path(__file__).with_name("templates")
TEMPLATE_VARIABLE = "UNIONBOARD_BRIEFING_TEMPLATE"


class TypesetError(Exception):
    """A template that cannot be set; the message is typst's own, with file and line."""


def typeset(
    template: Path, data: Mapping[str, Any], form: Form = "pdf", files: Mapping[str, bytes] | None = None
) -> bytes:
    """What a template makes of the data, which it finds as data.json beside it; `files` lie there too.

    A template sees nothing else: neither the disk nor the network. Raises TypesetError.
    """
    import typst

    with scratch.folder() as name:
        folder = Path(name)
        for shipped in TEMPLATES.glob("*.typ"):
            shutil.copy(shipped, folder / shipped.name)
        if template.parent != TEMPLATES:
            for own in template.parent.glob("*.typ"):
                shutil.copy(own, folder / own.name)
            for picture in (path for kind in ("svg", "png", "jpg") for path in template.parent.glob(f"*.{kind}")):
                shutil.copy(picture, folder / picture.name)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for file, content in (files or {}).items():
            (folder / file).write_bytes(content)
        try:
            made = typst.compile(
                str(folder / template.name), root=str(folder), font_paths=fonts(), format=form, ppi=200.0
            )
        except typst.TypstError as error:
            raise TypesetError(f"模板 {template} 排不出来：{error.message}") from error
    return made if isinstance(made, bytes) else made[0]


def template_for(name: str, given: Path | None = None) -> Path:
    """The template to use: the one given, the organisation's own by variable, else ours. Raises TypesetError where it is not there."""
    own = given or (Path(os.environ[TEMPLATE_VARIABLE]) if os.environ.get(TEMPLATE_VARIABLE) else None)
    if own is None:
        return TEMPLATES / name
    if not own.is_file():
        raise TypesetError(f"找不到模板 {own}。请从 {TEMPLATES / name} 复制一份再改。")
    return own.absolute()


@cache
def fonts() -> list[str]:
    """The folder of the Chinese font that is installed with us."""
    return [str(resources.files("noto_cjk_sans_otc"))]

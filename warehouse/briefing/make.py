"""A briefing as a file in any of its forms."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from warehouse.access import audit
from warehouse.answers.source import Source
from warehouse.briefing import codes, content, remarks, shaped, typeset
from warehouse.briefing.content import Briefing, Selection
from warehouse.settings import Settings

FORMATS = ("pdf", "docx", "pptx", "xlsx")


class BriefError(Exception):
    """A briefing that cannot be made; the message says why and what to do."""


def brief(
    settings: Settings,
    source: Source,
    selection: Selection,
    form: str = "pdf",
    template: Path | None = None,
    organisation: str = shaped.ORGANISATION,
    reader: str | None = None,
    say: Callable[[str], None] = lambda _: None,
    with_comments: bool = False,
) -> tuple[Briefing, bytes]:
    """The briefing and its bytes, with 批示 behind the answers where that is wished.

    Raises BriefError for an unknown form, AskedError for an unknown code, TypesetError for a template, OSError where 批示 cannot be read.
    """
    if form not in FORMATS:
        raise BriefError(f"没有格式 {form}。可用：{'、'.join(FORMATS)}。")
    composed = content.compose(source, selection, say)
    if with_comments:
        said = remarks.told(source, selection.region, selection.programme)
        composed = replace(composed, sentences=(*composed.sentences, (remarks.HEAD, said)))
    composed = replace(composed, code=codes.give(settings, composed))
    about: dict[str, Any] = {"region": selection.region, "period": composed.period, "programme": selection.programme}
    about["comments"] = with_comments or None
    audit.record(
        settings, "briefing.make", audit.DONE, None, release=source.release.id, format=form, code=composed.code, **about
    )
    data = shaped.as_data(composed, organisation, reader)
    say(f"排成 {form}")
    return composed, _written(composed, data, form, template)


def _written(composed: Briefing, data: dict[str, Any], form: str, template: Path | None) -> bytes:
    if form == "pdf":
        chosen = typeset.template_for("briefing.typ", template)
        return typeset.typeset(chosen, data, files={"code.svg": code_picture(composed.code or "", "svg")})
    if form == "docx":
        from warehouse.briefing import document

        return document.written(data, template, code_picture(composed.code or "", "png"))
    if form == "pptx":
        from warehouse.briefing import slides

        return slides.written(data, template, code_picture(composed.code or "", "png"))
    from warehouse.briefing import workbook

    return workbook.written(composed, data)


def code_picture(code: str, form: str) -> bytes:
    """The code as QR."""
    import segno

    content_ = io.BytesIO()
    segno.make(code, error="m").save(content_, kind=form, border=0, scale=1 if form == "svg" else 8)
    return content_.getvalue()

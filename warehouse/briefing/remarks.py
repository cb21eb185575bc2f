"""批示 as a briefing tells them, where that is wished: those on numbers of its region and of what lies in it, open ones first."""

from collections.abc import Sequence

from warehouse import comments
from warehouse.answers.source import Source
from warehouse.briefing import words
from warehouse.comments import Comment

HEAD = "批示"
# As many as one page takes beside the rest.
_TOLD = 5


def told(source: Source, region: str, programme: str | None) -> tuple[str, ...]:
    """A line each, with what was answered and where it stands; a sentence where there are none. Raises OSError where the list is damaged.

    What whoever asks may not see of regions and programmes is not among them.
    """
    found = [
        one for one in comments.load(source.settings)
        if programme in (None, one.number.programme) and one.number.kpi in source.kpis and _is_in(source, one, region)
    ]  # fmt: skip
    found.sort(key=lambda one: one.closed is not None)
    said = [_line(source, one) for one in found[:_TOLD]]
    if len(found) > _TOLD:
        said.append(f"另有{len(found) - _TOLD}条，见看板。")
    return tuple(said) or ("没有批示。",)


def _is_in(source: Source, one: Comment, region: str) -> bool:
    """Whether its number is of a region or of one inside it, and may be told of."""
    code: str | None = one.number.region
    if code not in source.regions:
        return False
    while code is not None and code != region:
        code = source.regions[code]["parent_code"] if code in source.regions else None
    return code == region


def _line(source: Source, one: Comment) -> str:
    number = one.number
    place = source.regions[number.region]["short_name"] or source.regions[number.region]["region_name"]
    about = f"{place} · {source.kpis[number.kpi]['label_zh']}（{words.period(number.period)}）"
    answers = "".join(f"答复：{_said(answer.text)}（{answer.name or '—'}）。" for answer in _last(one.answers))
    state = f"{one.closed.at[:10]}办结" if one.closed else "办理中"
    who = f"{one.written.name}，" if one.written.name else ""
    return f"{about}：{_said(one.written.text)}（{who}{one.written.at[:10]}，{state}）。{answers}"


def _last(answers: Sequence[comments.Said]) -> Sequence[comments.Said]:
    return answers[-1:]


def _said(text: str) -> str:
    """On one line, without a full stop of its own."""
    return " ".join(text.split()).rstrip("。")

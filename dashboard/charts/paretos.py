"""Items from the largest down as columns of two parts, with the share they have together so far as a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.charts.geometry import ticks
from dashboard.components.markup import Markup, join, tag

HEIGHT = 210


@dataclass(frozen=True)
class Column:
    """One item, or a run of neighbours as their mean: its firm part, the part on top, and the running share (0–1) after it."""

    firm: float
    loose: float
    running: float
    text: str = ""


@dataclass(frozen=True)
class Callout:
    """A place on the line: so much of the items (0–1) has so much of the whole (0–1), and how to say it."""

    items: float
    share: float
    text: str


def pareto(
    columns: Sequence[Column], callout: Callout, ends: tuple[str, str], names: tuple[str, str, str], label: str,
    write: Callable[[float], str],
) -> Markup:  # fmt: skip
    """Columns by rank on the left axis, the running share on the right one.

    `ends` stand under the first and the last column, `names` tell firm part, loose part and line apart, `label` says the whole to
    who cannot see it, `write` writes the numbers of the left axis.
    """
    heights = ticks(0, max((column.firm + column.loose for column in columns), default=0) or 1)
    top = heights[-1]
    width = 100 / max(len(columns), 1)
    rules = [
        tag("path", d=f"M0 {_y(height / top)} L100 {_y(height / top)}", cls="ub-pareto-rule") for height in heights
    ]
    line = [
        tag("path", d=f"M{callout.items * 100:.2f} 0 L{callout.items * 100:.2f} 100", cls="ub-pareto-mark"),
        tag("path", d=_line(columns, width), cls="ub-pareto-line"),
    ]
    area = tag(
        "div",
        _drawing(rules),
        [_column(column, index * width, width, top) for index, column in enumerate(columns)],
        _drawing(line),
        [tag("span", write(height), cls="ub-pareto-left", style=f"top:{_y(height / top)}%") for height in heights],
        [tag("span", f"{share}%", cls="ub-pareto-right", style=f"top:{100 - share}%") for share in (0, 50, 100)],
        tag(
            "span",
            callout.text,
            cls="ub-pareto-says",
            style=f"left:{callout.items * 100:.2f}%;top:{_y(callout.share)}%",
        ),
        tag("span", "◆", cls="ub-pareto-dot", style=f"left:{callout.items * 100:.2f}%;top:{_y(callout.share)}%"),
        tag("span", ends[0], cls="ub-pareto-first"),
        tag("span", ends[1], cls="ub-pareto-last"),
        cls="ub-pareto",
        role="img",
        aria_label=label,
    )
    firm, loose, running = names
    legend = tag(
        "p",
        tag("span", tag("i", cls="ub-fill-line"), firm),
        tag("span", tag("i", cls="ub-fill-hatched"), loose),
        tag("span", tag("i", cls="ub-pareto-key"), running),
        cls="ub-shape-legend",
    )
    return join(area, legend)


def _drawing(paths: Sequence[Markup]) -> Markup:
    return tag("svg", paths, viewBox="0 0 100 100", preserveAspectRatio="none", aria_hidden="true")


def _y(share: float) -> str:
    return f"{100 - share * 100:.2f}"


def _column(column: Column, left: float, width: float, top: float) -> Markup:
    whole = column.firm + column.loose
    firm = column.firm / whole if whole else 0
    return tag(
        "span",
        tag("i", cls="ub-fill-hatched", style=f"height:{1 - firm:.2%}"),
        tag("i", cls="ub-fill-line", style=f"height:{firm:.2%}"),
        cls="ub-pareto-column",
        style=f"left:{left + width * 0.1:.3f}%;width:{width * 0.8:.3f}%;height:{whole / top:.2%}",
        title=column.text or None,
    )


def _line(columns: Sequence[Column], width: float) -> str:
    places = [f"L{(index + 1) * width:.2f} {_y(column.running)}" for index, column in enumerate(columns)]
    return " ".join(["M0 100", *places])


CSS = f"""
.ub-pareto {{ position: relative; height: {HEIGHT}px; margin: 18px 40px 26px 74px; }}
.ub-pareto svg {{ position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }}
.ub-pareto path {{ vector-effect: non-scaling-stroke; fill: none; }}
.ub-pareto-rule {{ stroke: var(--ub-rule); stroke-width: 1; }}
.ub-pareto-mark {{ stroke: var(--ub-third); stroke-width: 1.2; stroke-dasharray: 5 4; }}
.ub-pareto-line {{ stroke: var(--ub-behind); stroke-width: 2.2; stroke-linejoin: round; }}
.ub-pareto span {{ position: absolute; font-size: 11.5px; line-height: 1; color: var(--ub-third); white-space: nowrap; }}
.ub-pareto .ub-pareto-column {{ bottom: 0; min-width: 1px; }}
.ub-pareto-column i {{ display: block; }}
.ub-pareto .ub-pareto-left {{ right: 100%; transform: translateY(-50%); margin-right: 7px; }}
.ub-pareto .ub-pareto-right {{ left: 100%; transform: translateY(-50%); margin-left: 7px; color: var(--ub-behind); }}
.ub-pareto .ub-pareto-says {{ margin: 8px 0 0 10px; padding: 2px 5px; font-size: 12.5px; font-weight: 600; }}
.ub-pareto .ub-pareto-says {{ color: var(--ub-ink); background: var(--ub-card); border-radius: 4px; }}
.ub-pareto .ub-pareto-dot {{ transform: translate(-50%, -50%); color: var(--ub-behind); font-size: 12px; }}
.ub-pareto .ub-pareto-first {{ top: 100%; left: 0; margin-top: 8px; }}
.ub-pareto .ub-pareto-last {{ top: 100%; right: 0; margin-top: 8px; }}
.ub-shape-legend i.ub-pareto-key {{ height: 0 !important; border-top: 2.2px solid var(--ub-behind); border-radius: 0 !important; }}
@media screen and (max-width: 720px) {{ .ub-pareto {{ margin-left: 68px; margin-right: 36px; }} }}
@media print {{
  .ub-pareto {{ break-inside: avoid; }}
  .ub-pareto, .ub-shape-legend i {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""

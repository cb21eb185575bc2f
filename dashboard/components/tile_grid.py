"""各省方格图: the 34 province-level units as buttons on a grid, coloured by one measure. Not a map."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from dashboard import formatting, links, theme
from dashboard.components import markup, notes
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.scores import Score
from dashboard.data.values import Value
from dashboard.i18n import en, is_english, t

DIVERGING = "scale"
AMOUNT = "amount"


@dataclass(frozen=True)
class Tile:
    """What one province shows: the value as text, its step on the scale (1 the worst or least), and a longer line."""

    text: str
    step: int | None
    detail: str


def show(
    title: str,
    note: str,
    provinces: Sequence[Region],
    tiles: Mapping[str, Tile],
    scale: str,
    go: Callable[[str], links.Target],
    key: str,
) -> None:
    """Every unit is there, also those without a value; clicking one goes where `go` says for its code."""
    missing = Tile(t("missing"), None, t("missing"))
    steps = theme.DIVERGING_STEPS if scale == DIVERGING else theme.AMOUNT_STEPS
    _GRID(
        key=key,
        data=markup.packed(
            {
                "title": title,
                "note": note,
                "scale": scale,
                "steps": steps,
                "low": t("low"),
                "high": t("high"),
                "missing": t("missing"),
                "hint": t("tile_hint"),
                "language": "ub-english" if is_english() else "",
                "tiles": [
                    {
                        "code": province.code,
                        "name": formatting.region_name(province),
                        "short": _short(province),
                        "row": province.tile_row,
                        "col": province.tile_col,
                        "go": go(province.code).as_payload(),
                        "href": links.href(go(province.code)),
                        **asdict(tiles.get(province.code, missing)),
                    }
                    for province in provinces
                ],
            }
        ),
        on_go_change=links.follower(key),
    )


def _short(province: Region) -> str:
    """What stands on a phone's tile: 豫, HA."""
    if is_english():
        return en.LETTER_CODES.get(province.code, province.name_en[:2])
    return (province.abbreviation or province.short_name)[:1]


def of_scores(found: Mapping[str, Score]) -> dict[str, Tile]:
    """Tiles for the share of KPIs that are met, around one half."""
    return {
        region: Tile(
            text=f"{score.good / score.judged:.0%}",
            step=diverging_step(score.good / score.judged, 0.5, 0.5),
            detail=t("share_met_detail", met=score.good, count=score.judged),
        )
        for region, score in found.items()
    }


def of_values(kpi: Kpi, values: Mapping[str, Value]) -> tuple[dict[str, Tile], str]:
    """Tiles for one KPI: around the target where there is one, else by amount; and which scale that is."""
    known = [value.value for value in values.values() if value.value is not None]
    targets = [value.target for value in values.values() if value.target is not None]
    scale = DIVERGING if targets else AMOUNT
    spread = max((abs(number - targets[0]) for number in known), default=0.0) if targets else 0.0
    tiles = {}
    for region, value in values.items():
        shown = formatting.value_amount(value, kpi)
        step = None
        if value.value is not None and targets:
            away = (value.value - (value.target or targets[0])) * (-1 if kpi.direction == "lower" else 1)
            step = diverging_step(away, 0.0, spread)
        elif value.value is not None:
            step = amount_step(value.value, known)
        tiles[region] = Tile(
            shown.number + ("%" if shown.unit == "%" else _step_word(shown.unit)), step, _detail(value, kpi)
        )
    return tiles, scale


def _step_word(unit: str) -> str:
    return unit[0] if unit[:1] in ("万", "亿") else ""


def _detail(value: Value, kpi: Kpi) -> str:
    words = [formatting.value_amount(value, kpi).text]
    if value.target is not None:
        judged_on = notes.judged_on(value, kpi)
        word = t(f"status_{value.status}") + (t("in_brackets", text=judged_on) if judged_on else "")
        words += [formatting.target_text(value, kpi), word]
    words += notes.of(value, kpi)
    return "，".join(words) if not is_english() else ", ".join(words)


def diverging_step(share: float, middle: float, spread: float) -> int:
    """1 to 7: 4 at the middle, the ends at `spread` away from it or further."""
    if spread <= 0:
        return 4
    offset = (share - middle) / spread
    return max(1, min(theme.DIVERGING_STEPS, 4 + round(offset * 3)))


def amount_step(value: float, values: Sequence[float]) -> int:
    """1 to 6 by rank among the values, so that a few large ones do not make all others pale."""
    below = sum(1 for one in values if one < value)
    return 1 + min(theme.AMOUNT_STEPS - 1, below * theme.AMOUNT_STEPS // max(len(values), 1))


_GRID = st.components.v2.component(
    "unionboard_tile_grid",
    html="<section class='ub-panel ub-tiles'></section>\n",
    js="""
export default function (component) {
  const { parentElement, setTriggerValue } = component;
  const data = JSON.parse(new TextDecoder().decode(component.data));
  const root = parentElement.querySelector(".ub-tiles");
  const focused = root.querySelector("a:focus")?.dataset.code;
  const element = (name, cls, text) => {
    const made = document.createElement(name);
    if (cls) made.className = cls;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  root.replaceChildren();
  root.classList.toggle("ub-english", data.language === "ub-english");
  const heading = element("h3", "", data.title);
  heading.append(element("small", "", data.note));
  root.append(heading);
  const grid = element("div", "ub-grid");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", data.title + " " + data.hint);
  const byPlace = new Map();
  const tiles = [...data.tiles].sort((a, b) => a.row - b.row || a.col - b.col);
  const tip = element("div", "ub-tip");
  tip.setAttribute("aria-hidden", "true");
  tiles.forEach((tile, index) => {
    const button = element("a", "ub-tile " + (tile.step ? `ub-${data.scale}-${tile.step}` : "ub-hatch"));
    button.href = tile.href;
    button.setAttribute("role", "button");
    button.dataset.code = tile.code;
    button.style.gridArea = `${tile.row} / ${tile.col}`;
    button.tabIndex = focused ? (focused === tile.code ? 0 : -1) : index === 0 ? 0 : -1;
    button.setAttribute("aria-label", `${tile.name} ${tile.detail}`);
    button.append(element("span", "ub-tile-name", tile.name), element("span", "ub-tile-short", tile.short));
    button.append(element("span", "ub-tile-value", tile.text));
    const go = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
      event.preventDefault();
      setTriggerValue("go", JSON.stringify(tile.go));
    };
    button.onclick = go;
    const point = () => {
      tip.textContent = `${tile.name} ${tile.detail}`;
      tip.style.left = `${Math.min(Math.max(button.offsetLeft + button.offsetWidth / 2, 90), grid.offsetWidth - 90)}px`;
      tip.style.top = `${button.offsetTop}px`;
      tip.classList.add("ub-shown");
    };
    button.onmouseenter = point;
    button.onfocus = point;
    button.onmouseleave = button.onblur = () => tip.classList.remove("ub-shown");
    byPlace.set(`${tile.row},${tile.col}`, button);
    button.onkeydown = (event) => {
      if (event.key === " ") return go(event);
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      let [row, col] = [tile.row, tile.col];
      for (let tries = 0; tries < 12; tries++) {
        row += step[0];
        col += step[1];
        const next = byPlace.get(`${row},${col}`);
        if (!next) continue;
        button.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
        return;
      }
    };
    grid.append(button);
  });
  grid.append(tip);
  root.append(grid);
  const legend = element("p", "ub-legend");
  legend.append(element("span", "", data.low));
  for (let step = 1; step <= data.steps; step++) legend.append(element("i", `ub-${data.scale}-${step}`));
  legend.append(element("span", "", data.high), element("i", "ub-hatch"), element("span", "", data.missing));
  root.append(legend);
  if (focused) root.querySelector(`[data-code="${focused}"]`)?.focus();
}
""",
    isolate_styles=False,
)

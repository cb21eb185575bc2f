"""The palettes as colour-blind readers see them, and their contrast."""

import itertools
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from coloraide import Color

from dashboard import theme
from dashboard.charts import parts
from tests.support.declared import entries
from warehouse.settings import CHECKOUT

THEMES = {"light": theme.LIGHT, "dark": theme.DARK}
# Full dichromacy, in linear RGB: after Machado, Oliveira & Fernandes (2009), and after Brettel, Viénot & Mollon (1997), which judges
# tritanopia more strictly. And usual sight.
EYES = ("usual", *(f"{kind} {method}" for method in ("machado", "brettel") for kind in ("protan", "deutan", "tritan")))
# CIEDE2000. Okabe and Ito's palette, made for colour-blind readers, keeps 7.9 between its two closest under the same simulations.
APART = 8.0
# Steps of a scale stand in order, side by side and with their number in them; they only have to be seen to change.
STEP_APART = 6.0
TEXT, GRAPHICS = 4.5, 3.0
SURFACES = ("paper", "card")
STATUSES = ("met", "on-track", "behind", "check")
AMOUNTS = tuple(f"amount-{step}" for step in range(1, theme.AMOUNT_STEPS + 1))
SCALE = tuple(f"scale-{step}" for step in range(1, theme.DIVERGING_STEPS + 1))
# Cells of a grid name a look of their own; these are the tokens behind it.
LOOKS = {"soft": "scale-3", "quiet": "track"}
PROGRAMMES = sorted({programme for programme, _, _ in entries()})

both = pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)


def seen(colour: str, eye: str) -> Color:
    if eye == "usual":
        return Color(colour)
    kind, method = eye.split()
    return Color(colour).filter(kind, 1.0, method=method, space="srgb-linear", out_space="srgb").clip()


def difference(one: str, other: str, eye: str) -> float:
    return seen(one, eye).delta_e(seen(other, eye), method="2000")


def lightness(colour: str, eye: str) -> float:
    return seen(colour, eye).convert("lab-d65")["l"]


def contrast(one: str, other: str) -> float:
    return Color(one).contrast(other)


def alike(tokens: dict[str, str], names: tuple[str, ...], apart: float) -> list[str]:
    return [
        f"{one} and {other}, {eye}: {found:.1f}"
        for one, other in itertools.combinations(names, 2)
        for eye in EYES
        if (found := difference(tokens[one], tokens[other], eye)) < apart
    ]


def tones_of(programme: str) -> tuple[str, ...]:
    """The tones that a programme's pictures name, as tokens."""
    known = {*parts.TONES, *parts.SHADES, *LOOKS}
    named = {word for one, _, entry in entries() if one == programme for word in tones_in(entry)}
    return tuple(sorted({LOOKS.get(name, name) for name in named & known}))


def tones_in(entry: Any) -> Iterator[str]:
    """What stands under `tone`, wherever in an entry; where it is said by condition, the tones are its keys."""
    if isinstance(entry, dict):
        tone = entry.get("tone", ())
        yield from (tone,) if isinstance(tone, str) else tone
    for one in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from tones_in(one)


def test_the_measure_knows_the_reference_palette() -> None:
    okabe_ito = ("#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
    closest = min(difference(*pair, eye) for pair in itertools.combinations(okabe_ito, 2) for eye in EYES)
    assert closest == pytest.approx(7.9, abs=0.05)
    # A red and a green that only usual sight tells apart.
    assert difference("#C05A00", "#758000", "usual") > 25
    assert difference("#C05A00", "#758000", "protan machado") < APART


@both
def test_categories_and_statuses_differ_to_every_eye(tokens: dict[str, str]) -> None:
    assert alike(tokens, (*theme.CATEGORIES, *(one for one in STATUSES if one not in theme.CATEGORIES)), APART) == []


@both
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_what_a_programme_draws_differs_to_every_eye(tokens: dict[str, str], programme: str) -> None:
    assert alike(tokens, tones_of(programme), APART) == []


def test_pictures_are_searched_for_their_tones() -> None:
    assert {"amount-6", "amount-2", "scale-2"} <= set(tones_of("health_checkup"))
    assert "scale-3" in tones_of("dispute_mediation")


@both
@pytest.mark.parametrize("eye", EYES)
def test_amounts_grow_evenly_darker_or_lighter(tokens: dict[str, str], eye: str) -> None:
    heights = [lightness(tokens[step], eye) for step in AMOUNTS]
    assert heights in (sorted(heights), sorted(heights, reverse=True))
    for one, other in itertools.pairwise(AMOUNTS):
        assert difference(tokens[one], tokens[other], eye) >= STEP_APART


@both
@pytest.mark.parametrize("eye", EYES)
def test_diverging_scale_leaves_its_middle_on_both_sides(tokens: dict[str, str], eye: str) -> None:
    middle = theme.DIVERGING_STEPS // 2
    away = [abs(lightness(tokens[step], eye) - lightness(tokens[SCALE[middle]], eye)) for step in SCALE]
    assert away[middle:] == sorted(away[middle:])
    assert away[: middle + 1] == sorted(away[: middle + 1], reverse=True)
    for one, other in itertools.pairwise(SCALE):
        assert difference(tokens[one], tokens[other], eye) >= STEP_APART
    # As far below the target as above it: told apart although they are as light.
    for below, above in zip(SCALE[:middle], reversed(SCALE[middle + 1 :]), strict=True):
        assert difference(tokens[below], tokens[above], eye) >= APART


@both
@pytest.mark.parametrize("name", ["ink", "second", "third", "brand", "line", *STATUSES])
def test_text_can_be_read_on_every_surface(tokens: dict[str, str], name: str) -> None:
    for surface in SURFACES:
        assert contrast(tokens[name], tokens[surface]) >= TEXT


@both
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("brand", "brand-soft"),
        ("check", "check-soft"),
        ("check", "check-stripe"),
        ("ink", "check-soft"),
        ("ink", "check-stripe"),
        ("second", "track"),
        ("second", "hatch"),
        ("on-others", "others"),
        *((f"on-{step}", step) for step in (*SCALE, *AMOUNTS)),
        # Marks in bars and grid cells, chosen chips, tips.
        *(("card", tone) for tone in parts.TONES if tone != "others"),
        ("card", "ink"),
    ],
    ids=lambda name: name,
)
def test_text_can_be_read_on_what_is_filled(tokens: dict[str, str], text: str, ground: str) -> None:
    assert contrast(tokens[text], tokens[ground]) >= TEXT


@both
@pytest.mark.parametrize("tone", [*parts.TONES, "second", "third", "brand"])
def test_bars_lines_and_marks_stand_out(tokens: dict[str, str], tone: str) -> None:
    for ground in (*SURFACES, "track"):
        assert contrast(tokens[tone], tokens[ground]) >= GRAPHICS


def test_charts_take_the_same_categories() -> None:
    config = tomllib.loads((CHECKOUT / "dashboard" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for name, tokens in THEMES.items():
        assert config["theme"][name]["chartCategoricalColors"] == [tokens[one] for one in theme.CATEGORIES]
    assert len(theme.CHART_SERIES) == len(theme.CATEGORIES)

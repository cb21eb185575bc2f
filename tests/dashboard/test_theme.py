"""The colours of both themes."""

import tomllib

import pytest

from dashboard import theme
from warehouse.settings import CHECKOUT

CONFIG = tomllib.loads((CHECKOUT / "dashboard" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
TEXT = ("ink", "second", "third", "met", "on-track", "behind", "check", "brand")


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_both_themes_have_the_same_tokens() -> None:
    assert theme.LIGHT.keys() == theme.DARK.keys()


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("surface", ["paper", "card"])
def test_text_can_be_read_on_every_surface(tokens: dict[str, str], name: str, surface: str) -> None:
    assert contrast(tokens[name], tokens[surface]) >= 4.5


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "scale",
    ["scale-1", "scale-2", "scale-3", "scale-4", "scale-5", "scale-6", "scale-7"]
    + [f"amount-{n}" for n in range(1, 7)],
)
def test_tiles_can_be_read(tokens: dict[str, str], scale: str) -> None:
    assert contrast(tokens[f"on-{scale}"], tokens[scale]) >= 4.5


@pytest.mark.parametrize(("section", "tokens"), [("light", theme.LIGHT), ("dark", theme.DARK)], ids=["light", "dark"])
def test_streamlit_is_given_the_same_colours(section: str, tokens: dict[str, str]) -> None:
    given = CONFIG["theme"][section]
    assert given["primaryColor"] == tokens["brand"]
    assert given["backgroundColor"] == tokens["paper"]
    assert given["secondaryBackgroundColor"] == tokens["card"]
    assert given["textColor"] == tokens["ink"]
    assert given["borderColor"] == tokens["rule"]
    assert given["chartCategoricalColors"][0] == tokens["line"]


def test_server_is_closed_and_asks_nothing_outside() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["browser"] == {"serverAddress": "127.0.0.1", "gatherUsageStats": False}
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["showErrorLinks"] is False


def test_style_sheet_names_tokens_that_exist() -> None:
    import re

    used = set(re.findall(r"var\(--ub-([a-z0-9-]+)\)", (CHECKOUT / "dashboard/static/unionboard.css").read_text()))
    assert used - theme.LIGHT.keys() - {"font"} == set()

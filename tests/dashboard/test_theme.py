"""The colours of both themes."""

import re
import tomllib

import pytest

from dashboard import theme
from warehouse.settings import CHECKOUT

CONFIG = tomllib.loads((CHECKOUT / "dashboard" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_both_themes_have_the_same_tokens() -> None:
    assert theme.LIGHT.keys() == theme.DARK.keys()


@pytest.mark.parametrize(("section", "tokens"), [("light", theme.LIGHT), ("dark", theme.DARK)], ids=["light", "dark"])
def test_streamlit_is_given_the_same_colours(section: str, tokens: dict[str, str]) -> None:
    given = CONFIG["theme"][section]
    assert given["primaryColor"] == tokens["brand"]
    assert given["backgroundColor"] == tokens["paper"]
    assert given["secondaryBackgroundColor"] == tokens["card"]
    assert given["textColor"] == tokens["ink"]
    assert given["borderColor"] == tokens["rule"]


def test_server_is_closed_and_asks_nothing_outside() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["browser"] == {"serverAddress": "127.0.0.1", "gatherUsageStats": False}
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["showErrorLinks"] is False


def test_style_sheet_names_tokens_that_exist() -> None:
    used = set(re.findall(r"var\(--ub-([a-z0-9-]+)\)", theme.rules()))
    # `rows` is set on the picture that has them, `slide-from` on what a slide shows a part of.
    assert used - theme.LIGHT.keys() - {"font", "rows", "slide-from"} == set()

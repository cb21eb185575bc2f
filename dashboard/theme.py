"""Colours and type of the screens: the tokens behind the style sheet and the charts."""

from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

LIGHT = {
    "paper": "#F7F6F3",
    "card": "#FFFFFF",
    "rule": "#E3E1DC",
    "ink": "#1D2127",
    "second": "#59616C",
    "third": "#69717B",
    "brand": "#A61E22",
    "brand-soft": "#EEDFDC",
    "met": "#0C6441",
    "on-track": "#1B69BB",
    "behind": "#B2500A",
    "check": "#63460D",
    "check-soft": "#FCF5E3",
    "check-stripe": "#F8ECCD",
    "check-rule": "#E5C77B",
    "line": "#173E6E",
    "others": "#80858D",
    "track": "#EDECE8",
    "hatch": "#DEDBD5",
    "scale-1": "#B5530E",
    "scale-2": "#D08A54",
    "scale-3": "#E6BE9D",
    "scale-4": "#EFEDE8",
    "scale-5": "#A9CFC3",
    "scale-6": "#55A38E",
    "scale-7": "#0F7A5F",
    "amount-1": "#E9EDF4",
    "amount-2": "#CBD6E6",
    "amount-3": "#A3B6D1",
    "amount-4": "#7591B8",
    "amount-5": "#4C6E9E",
    "amount-6": "#2B4C7E",
    "on-others": "#0F1215",
    "on-scale-1": "#FFFFFF",
    "on-scale-2": "#1D2127",
    "on-scale-3": "#1D2127",
    "on-scale-4": "#1D2127",
    "on-scale-5": "#1D2127",
    "on-scale-6": "#1D2127",
    "on-scale-7": "#FFFFFF",
    "on-amount-1": "#1D2127",
    "on-amount-2": "#1D2127",
    "on-amount-3": "#1D2127",
    "on-amount-4": "#1D2127",
    "on-amount-5": "#FFFFFF",
    "on-amount-6": "#FFFFFF",
}

DARK = {
    "paper": "#14171B",
    "card": "#1C2026",
    "rule": "#2C323A",
    "ink": "#ECEEF0",
    "second": "#A9B0BA",
    "third": "#8C95A1",
    "brand": "#E2666A",
    "brand-soft": "#2D1C1F",
    "met": "#66DAB9",
    "on-track": "#50A8FD",
    "behind": "#E18C4E",
    "check": "#E8BF58",
    "check-soft": "#242017",
    "check-stripe": "#2D2718",
    "check-rule": "#6B5A26",
    "line": "#98B5E2",
    "others": "#717D8F",
    "track": "#2C323A",
    "hatch": "#3A414B",
    "scale-1": "#F0995A",
    "scale-2": "#B87548",
    "scale-3": "#8A5A3A",
    "scale-4": "#343A42",
    "scale-5": "#2E5D50",
    "scale-6": "#3A8A75",
    "scale-7": "#4CC2A2",
    "amount-1": "#232A34",
    "amount-2": "#2C3A4E",
    "amount-3": "#3A5374",
    "amount-4": "#4A6A96",
    "amount-5": "#668EC5",
    "amount-6": "#8FB6EE",
    "on-others": "#0F1215",
    "on-scale-1": "#0F1215",
    "on-scale-2": "#0F1215",
    "on-scale-3": "#ECEEF0",
    "on-scale-4": "#ECEEF0",
    "on-scale-5": "#ECEEF0",
    "on-scale-6": "#0F1215",
    "on-scale-7": "#0F1215",
    "on-amount-1": "#ECEEF0",
    "on-amount-2": "#ECEEF0",
    "on-amount-3": "#ECEEF0",
    "on-amount-4": "#ECEEF0",
    "on-amount-5": "#0F1215",
    "on-amount-6": "#0F1215",
}

DIVERGING_STEPS = 7
AMOUNT_STEPS = 6
# What is told apart by colour, in the order charts take it; every two differ for colour-blind readers too (tested).
CATEGORIES = ("line", "others", "met", "behind", "on-track", "check")

# What Streamlit's front end replaces by the categorical colours, grey text and grid lines of the reader's theme.
CHART_SERIES = tuple(f"#{place:06d}" for place in range(1, len(CATEGORIES) + 1))
CHART_ME, CHART_OTHERS = CHART_SERIES[:2]
CHART_TEXT = "#000036"
CHART_GRID = "#000039"

FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans', sans-serif"

SIDEBAR_WIDTH = 216

_STATIC = Path(__file__).with_name("static")
# The rules of every screen, then what is different while a page loads, on a phone and on paper.
_STYLE_SHEETS = ("unionboard.css", "loading.css", "phone.css", "paper.css")
ICON = str(_STATIC / "icon.svg")


# Set by the server, whose pages name the style sheet themselves.
is_linked = False


def stylesheet() -> str:
    """The `<style>` element for a page that does not name the style sheet: `streamlit run`, tests."""
    return f"<style>\n{rules()}</style>"


@cache
def rules() -> str:
    """The style sheet: tokens for both themes, the rules of the screen, those of the pictures, what is different elsewhere."""
    # What draws pictures knows the theme, too.
    from dashboard import charts

    first, *others = ((_STATIC / name).read_text(encoding="utf-8") for name in _STYLE_SHEETS)
    return "\n".join([_tokens(), first, charts.CSS, *others])


def icon_address() -> str:
    """The icon as an address that needs no request."""
    return "data:image/svg+xml," + quote((_STATIC / "icon.svg").read_text(encoding="utf-8").strip())


def logo(name: str) -> str:
    """The logo with the product's name in it, as SVG that follows the theme."""
    return (_STATIC / "logo.svg").read_text(encoding="utf-8").replace("{name}", escape(name))


def _tokens() -> str:
    # light-dark() follows the theme Streamlit shows; browsers without it follow the system.
    light = "".join(f"--ub-{name}:{value};" for name, value in LIGHT.items())
    dark = "".join(f"--ub-{name}:{value};" for name, value in DARK.items())
    both = "".join(f"--ub-{name}:light-dark({LIGHT[name]},{DARK[name]});" for name in LIGHT)
    return (
        f":root{{{light}--ub-font:{FONT};}}\n"
        f"@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
        f"@supports (color: light-dark(#000, #fff)){{:root{{{both}}}}}"
    )

"""A filter change on a programme page, beside the same page built the usual way: Plotly Express from pandas, cached queries."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.pages import OURS, _served, serving
from benchmarks.timing import Comparison
from tests.browser import chromium
from warehouse import release
from warehouse import settings as settings_module
from warehouse.refresh import refresh

RUNS = 6
# A page has settled when nothing in it has moved for this long; the change took until the last move.
QUIET_MILLISECONDS = 700
_LAST_MOVE = """
(quiet) => new Promise(done => {
  const begun = performance.now();
  let last = begun;
  new MutationObserver(() => { last = performance.now(); })
    .observe(document.querySelector('.stMain'), {subtree: true, childList: true, characterData: true});
  const look = setInterval(() => {
    const now = performance.now();
    if (now - Math.max(last, begun + 300) > quiet) { clearInterval(look); done(last - begun); }
  }, 30);
})
"""
_USUAL = """
import duckdb, plotly.express as px, streamlit as st
st.set_page_config(layout="wide")

@st.cache_data
def query(sql, parameters=()):
    with duckdb.connect(PATH, read_only=True) as database:
        return database.execute(sql, parameters).df()

st.title("usual")
names = query("select region_code, short_name from dim_region where region_level = 'province' order by sort_order")
region = st.selectbox("region", ["000000", *names.region_code])
kpis = "('dm_success_rate', 'dm_closure_rate', 'dm_coverage_county', 'dm_staffing_compliance')"
plain = "from mart_kpi_values join dim_region on region = region_code where category is null"
values = query(f"select * {plain} and region = ? and period_grain = 'month' and kpi in {kpis} order by period", [region])
provinces = f"{plain} and region_level = 'province' and kpi = 'dm_success_rate'"
for column, (kpi, found) in zip(st.columns(4), values.groupby("kpi")):
    column.metric(kpi, f"{found.value.iloc[-1]:.1%}")
st.plotly_chart(px.line(values, x="period", y="value", color="kpi"))
ranks = query(f"select region, value {provinces} and period = '2024-05' order by value")
st.plotly_chart(px.bar(ranks, x="value", y="region", orientation="h"))
months = query(f"select region, period, value {provinces} and period_grain = 'month'")
st.plotly_chart(px.imshow(months.pivot_table(index="region", columns="period", values="value").iloc[:, -36:]))
st.dataframe(values)
"""


def run() -> list[Comparison]:
    """Provinces chosen one after the other in one open page each, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(folder) / "home")
        refresh(settings)
        return [compare(settings)]


def compare(settings: settings_module.Settings) -> Comparison:
    """On an installation that has a release."""
    with tempfile.TemporaryDirectory() as folder:
        usual = Path(folder) / "usual.py"
        # A copy, because the server keeps the release open in a stricter way.
        path = shutil.copy(settings.releases / f"{release.current_id(settings)}.duckdb", folder)
        usual.write_text(_USUAL.replace("PATH", repr(str(path))), encoding="utf-8")
        with (
            _served(OURS, settings.home) as board,
            _served(serving(usual), settings.home) as theirs,
            chromium.running() as browser,
        ):
            ours = _chooser(browser, f"{board}/dispute-mediation", ".st-key-region input", 1)
            other = _chooser(browser, theirs, "[data-testid=stSelectbox] input", 1)
            ours()
            other()
            pairs = [(ours(), other()) for _ in range(RUNS)]
    return Comparison(
        "a filter change on a programme page",
        "the usual cached page",
        tuple(pair[0] for pair in pairs),
        tuple(pair[1] for pair in pairs),
    )


def _chooser(browser: Any, address: str, field: str, step: int) -> Callable[[], float]:
    """Opens the page; each call chooses the next option and says how many seconds the page moved."""
    page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="zh-CN")
    page.goto(address)
    page.wait_for_selector("h1", timeout=60_000)
    page.evaluate(_LAST_MOVE, 1_500)

    def choose() -> float:
        page.click(field)
        for _ in range(step):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        return float(page.evaluate(_LAST_MOVE, QUIET_MILLISECONDS)) / 1000

    return choose

"""The page that ours are measured against: the same figures the usual way, Plotly Express from pandas over cached queries."""

import shutil
from pathlib import Path

from warehouse.releases import release
from warehouse.settings import Settings

_SCRIPT = """
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


def write(settings: Settings, folder: Path) -> Path:
    """The script of the page, reading a copy of the current release, because our server keeps the release open in a stricter way."""
    path = shutil.copy(settings.releases / f"{release.current_id(settings)}.duckdb", folder)
    script = folder / "usual.py"
    script.write_text(_SCRIPT.replace("PATH", repr(str(path))), encoding="utf-8")
    return script

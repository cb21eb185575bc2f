"""axe finds nothing serious that is ours on any page."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit

# The baseline: Streamlit's own navigation nests its lists in a way axe calls serious (list, listitem).
THEIRS = "[data-testid='stSidebarNav']"
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        ("/", "dark"),
        ("/provinces", "light"),
        ("/dispute-mediation?region=410000", "light"),
        ("/dispute-mediation?region=410000", "dark"),
        ("/records?kpi=dm_success_rate&region=410300", "light"),
        ("/ask?way=SQL&sql=select%20kpi%20from%20dim_kpi", "light"),
        ("/data-quality", "light"),
        ("/glossary", "light"),
    ],
)
def test_page_has_no_serious_barrier_of_ours(visit: Callable[..., Visit], address: str, scheme: str) -> None:
    page = visit(address, scheme=scheme).page
    found = Axe().run(page, context={"exclude": [[THEIRS]]}).response["violations"]
    ours = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found if one["impact"] in SERIOUS]
    assert ours == []

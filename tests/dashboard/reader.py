"""A reader of the dashboard for tests: opens a page of a house and says what is written there."""

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element
from streamlit.util import calc_hash

from warehouse.settings import CHECKOUT

APP = CHECKOUT / "dashboard" / "app.py"
TIMEOUT = 60


@dataclass
class Reader:
    """One open page."""

    app: AppTest

    @property
    def markup(self) -> str:
        """All HTML on the page, and what the tile grid was given."""
        parts = [str(element.value) for element in self.app.get("html") if isinstance(element, Element)]
        for component in self.app.get("bidi_component"):
            given = component.proto.bytes.decode()
            parts.append(given if given.startswith("{") else given.partition("\n")[2])
        return "\n".join(part for part in parts if not part.lstrip().startswith("<style"))

    @property
    def text(self) -> str:
        """What a reader reads, tags left out."""
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", self.markup))).strip()

    @property
    def errors(self) -> list[str]:
        """Exceptions on the page."""
        return [element.value for element in self.app.exception]

    def links(self) -> list[dict[str, str]]:
        """What the links on the page ask for."""
        return [json.loads(html.unescape(found)) for found in re.findall(r'data-go="([^"]*)"', self.markup)]

    def choose(self, key: str, value: str) -> "Reader":
        """Choose a value in a filter and draw the page again."""
        self.app.selectbox(key=key).set_value(value)
        self.app.run()
        return self

    def ask_source(self, kpi: str) -> "Reader":
        """Follow 来源 of a KPI."""
        self.app.session_state["_show_source"] = kpi
        self.app.run()
        return self


def read(path: str = "", **query: str) -> Reader:
    """Open a page by its url path, as an address with these parameters would."""
    app = AppTest.from_file(Path(APP), default_timeout=TIMEOUT)
    app._page_hash = calc_hash(path) if path else ""
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return Reader(app)

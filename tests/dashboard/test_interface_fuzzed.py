"""The interface asked at random from its own description: it answers as it says, and never with a failure of its own."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.applications import Starlette

from warehouse.answers.questions import QUESTIONS
from warehouse.interface import routes
from warehouse.interface.describe import ROOT
from warehouse.settings import Settings

# A few for the gate; what changes here is fuzzed longer by hand (docs/interface.md).
EXAMPLES = 3
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def described(house: Settings) -> schemathesis.BaseSchema:
    app = Starlette(routes=routes.routes(house, lambda _: True))
    return schemathesis.openapi.from_asgi(f"{ROOT}/openapi.json", app)


@pytest.mark.parametrize("name", QUESTIONS)
def test_interface_answers_as_its_description_says(described: schemathesis.BaseSchema, name: str) -> None:
    operation = described[f"/{name}"]["GET"]
    for mode in MODES:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def asked(case: schemathesis.Case[Any]) -> None:
            # Raises for a 5xx, an undocumented status or kind, and a body unlike its schema.
            case.call_and_validate()

        asked()

"""Pictures of their own that programmes have: one module a programme, found by its code; a page without one is complete."""

import importlib
import importlib.util

from dashboard.components.filters import Selection
from dashboard.data.programmes import Programme


def show(programme: Programme, selection: Selection) -> None:
    """The programme's own pictures, if there is a module of its code."""
    name = f"{__name__}.{programme.code}"
    if programme.code.isidentifier() and importlib.util.find_spec(name):
        importlib.import_module(name).show(programme, selection)

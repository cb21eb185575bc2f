"""Values of closed lists in English, as their contracts give them."""

import duckdb

from dashboard.data import connection
from dashboard.data.caching import per_release
from dashboard.i18n import is_english


def spoken(release_id: str, value: str) -> str:
    """A value of a closed list in the language in force; as it was reported where the contracts have no English for it."""
    return _english(release_id).get(value, value) if is_english() else value


@per_release(4)
def _english(release_id: str) -> dict[str, str]:
    try:
        found = connection.rows(release_id, "select word, english from dim_word")
    except duckdb.CatalogException:
        return {}
    return {row["word"]: row["english"] for row in found}

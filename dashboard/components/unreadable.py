"""What a reader sees when the release cannot be read for a reason that somebody at hand can mend."""

from dashboard.components import empty_state
from dashboard.i18n import is_english, t
from warehouse.releases import in_use


def is_told(error: Exception) -> bool:
    """Says which file another program holds, if that is behind the error; whether it was."""
    conflict = in_use.conflict_of(error)
    if conflict is None:
        return False
    # A page tells no folder; the name is what to look for.
    shown = in_use.InUse(conflict.file.rpartition("/")[2], "")
    empty_state.show(t("release_in_use"), [shown.en if is_english() else shown.zh], key="release_in_use")
    return True

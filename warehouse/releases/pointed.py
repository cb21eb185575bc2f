"""Whether the release that the pointer names is the one that was last published or gone back to, as the audit has it.

The pointer is a name and cannot be signed against its own past: an older pair of name and signature would hold as well. The audit
only grows.
"""

from warehouse.access import audit
from warehouse.releases import release
from warehouse.settings import Settings

_POINTING = frozenset({"release.publish", "release.confirm", "release.roll_back"})


def problem(settings: Settings) -> str | None:
    """A Chinese sentence where they differ; None where they agree, or the audit names none, as on a copy."""
    named = None
    for entry in audit.read(settings, action="release", outcome=audit.DONE):
        if entry["action"] in _POINTING and isinstance(entry.get("about", {}).get("release"), str):
            named = entry["about"]["release"]
    now = release.current_id(settings)
    if named is None or named == now:
        return None
    return (
        f"当前版本的指针指着 {now or '（没有）'}，而审计里最后发布或退回到的是 {named}：有人动过指针，或那一次没有写完。"
        f"请核对后运行 unionboard rollback {named}，或重新 refresh。"
    )

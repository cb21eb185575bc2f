"""What somebody in charge can do about releases: publish the one that waits, go back to one, keep one."""

from collections.abc import Callable

import streamlit as st

from dashboard import formatting
from dashboard.components import markup
from dashboard.components.markup import tag
from dashboard.data import releases
from dashboard.data.releases import ReleaseNote
from dashboard.i18n import is_english, t
from warehouse.access import scopes
from warehouse.access.audit import AuditError
from warehouse.access.scopes import NotAllowedError
from warehouse.releases.held import Held
from warehouse.releases.release import ReleaseError
from warehouse.system.lock import LockedError

_SAID = "_release_action_said"
_REASON = "roll_back_reason"


def show_waiting(held: Held | None) -> None:
    """The release that waits for a word, why it waits, and the button that publishes it."""
    said = st.session_state.pop(_SAID, None)
    if said is not None:
        markup.show(tag("div", tag("span", said), cls="ub-banner", role="alert"), key="action_said")
    if held is None:
        return
    reasons = [tag("li", excess.en if is_english() else excess.zh) for excess in held.excesses[:8]]
    if len(held.excesses) > len(reasons):
        reasons.append(tag("li", t("and_more", count=len(held.excesses) - len(reasons))))
    with st.container(key="waiting_release"):
        markup.show(
            tag(
                "section",
                tag("h3", t("waiting_release", release=releases.short_id(held.id))),
                tag("p", t("waiting_release_sentence")),
                tag("ul", reasons),
                cls="ub-panel",
            ),
            key="waiting_release_text",
        )
        if releases.may_operate(scopes.CONFIRM, scopes.PUBLISH):
            st.button(
                t("publish_anyway"),
                key="publish_anyway",
                type="primary",
                on_click=_do,
                args=(releases.confirm, held.id),
            )


def show_for(note: ReleaseNote, notes: tuple[ReleaseNote, ...]) -> None:
    """Buttons for the release whose changes are shown: back to it, or one step back from the current; keep it or let it go."""
    if not releases.may_operate(scopes.ROLL_BACK):
        return
    earlier = [one for one in notes if one.id < note.id and one.problem is None and one.withdrawn is None]
    target = note if not note.is_current else (earlier[0] if earlier else None)
    if target is not None and target.problem is None:
        _show_way(note, target)
    with st.container(key="release_actions", horizontal=True):
        keep = not note.is_pinned
        label = t("pin_release") if keep else t("unpin_release")
        st.button(label, key="pin", on_click=_do, args=(releases.pin, note.id, keep))


def _show_way(note: ReleaseNote, target: ReleaseNote) -> None:
    """The button that points to `target`: forward again to a withdrawn release, or back, for which a reason is asked."""
    name = releases.short_id(target.id)
    if target.withdrawn is not None:
        st.button(
            t("cancel_withdrawal", release=name),
            key="roll_back",
            on_click=_do,
            args=(releases.roll_back, target.id, ""),
        )
        return
    with st.form("roll_back_form", border=True):
        label = t("roll_back_one", release=name) if note.is_current else t("roll_back_to", release=name)
        markup.show(tag("p", t("roll_back_sentence"), cls="ub-hint"), key="roll_back_sentence")
        st.text_input(t("roll_back_reason"), key=_REASON, max_chars=200, placeholder=t("roll_back_reason_hint"))
        st.form_submit_button(label, key="roll_back", on_click=_roll_back, args=(target.id,))


def _roll_back(release_id: str) -> None:
    reason = str(st.session_state.get(_REASON) or "").strip()
    if not reason:
        st.session_state[_SAID] = t("roll_back_needs_reason")
        return
    _do(releases.roll_back, release_id, reason)


def show_disk() -> None:
    """How much the releases take and how much is left."""
    disk = releases.disk_use()
    sentence = t(
        "disk_use",
        count=disk["releases"],
        releases=_size(disk["releases_bytes"]),
        home=_size(disk["home_bytes"]),
        free=_size(disk["free_bytes"]),
    )
    markup.show(tag("p", sentence, cls="ub-hint"), key="disk_use")


def _do(action: Callable[..., None], *arguments: object) -> None:
    try:
        action(*arguments)
    except (ReleaseError, LockedError, AuditError, NotAllowedError) as problem:
        st.session_state[_SAID] = str(problem)
    except OSError as problem:
        st.session_state[_SAID] = t("disk_problem", problem=problem.strerror or str(problem))


def _size(size: int | None) -> str:
    if size is None:
        return "—"
    return f"{formatting.trimmed(size / 1e9, 1)} GB" if size >= 1e9 else f"{formatting.trimmed(size / 1e6, 0)} MB"

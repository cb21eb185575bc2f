"""What a command on its way is doing, until it is done; then the page is drawn again."""

import streamlit as st

from dashboard.components import markup
from dashboard.components.markup import tag
from dashboard.i18n import t
from dashboard.jobs import Job

BEAT_SECONDS = 0.5


@st.fragment(run_every=BEAT_SECONDS)
def follow(job: Job, title: str) -> None:
    """The step it is at and for how long it has worked."""
    if not job.is_running:
        st.rerun()
    step = job.steps[-1] if job.steps else t("upload_starting")
    markup.show(
        tag(
            "section",
            tag("h3", title, tag("small", t("upload_seconds", seconds=int(job.seconds)))),
            tag("div", tag("i"), cls="ub-moving", role="progressbar", aria_label=title),
            tag("p", step, cls="ub-hint", aria_live="polite"),
            cls="ub-panel",
        ),
        key="upload_progress",
    )

"""An open page moves on by itself when another release becomes the current one; the browser asks, the server only answers.

Not a fragment that runs by itself: what it sends carries the values of the filters as the browser knew them, and so took back
the region or period of a link clicked in the same instant. And a run of Streamlit costs three times what the answer costs.
"""

import streamlit as st

from dashboard.components import markup

BEAT_SECONDS = 1


def show(shown: str | None) -> None:
    """Watch, seeing nothing, whether the current release is still the one shown."""
    _WATCH(
        key="release_watch",
        data=markup.packed({"shown": shown, "milliseconds": BEAT_SECONDS * 1000}),
        on_published_change=_draw_again,
    )


def _draw_again() -> None:
    """The run that a trigger causes is all that is wanted."""


_WATCH = st.components.v2.component(
    "unionboard_release_watch",
    html="<div class='ub-release-watch' hidden></div>\n",
    js="""
export default function (component) {
  const root = component.parentElement.querySelector(".ub-release-watch");
  const { shown, milliseconds } = JSON.parse(new TextDecoder().decode(component.data));
  Object.assign(root, { ubShown: shown, ubTell: component.setTriggerValue });
  if (root.ubTimer) return root.ubStop;
  const isBusy = () => document.querySelector(".stApp")?.dataset.testScriptState === "running";
  const ask = async () => {
    if (document.hidden || isBusy()) return;
    try {
      const answer = await fetch(new URL("api/release", document.baseURI), { cache: "no-store" });
      // Served by Streamlit's own command there is no such address.
      if (answer.status === 404) return root.ubStop();
      if (!answer.ok) return;
      const { release } = await answer.json();
      if (release !== root.ubShown && !isBusy()) root.ubTell("published", release);
    } catch {
      // The server is away for a moment; Streamlit says so if it stays away.
    }
  };
  root.ubTimer = setInterval(ask, milliseconds);
  document.addEventListener("visibilitychange", ask);
  root.ubStop = () => {
    clearInterval(root.ubTimer);
    root.ubTimer = null;
    document.removeEventListener("visibilitychange", ask);
  };
  return root.ubStop;
}
""",
    isolate_styles=False,
)

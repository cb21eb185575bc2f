"""HTML that escapes by itself, and the element that shows it and turns clicks on its links into navigation."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import streamlit as st

from dashboard import links
from dashboard.i18n import is_english

# json.dumps makes an encoder each time it is told anything.
_PAYLOAD = json.JSONEncoder(ensure_ascii=False).encode
_SPECIAL = re.compile("[&<>\"']").search
VOID = frozenset({"br", "hr", "img", "input", "line", "circle", "path", "polyline", "rect"})


_gathered: ContextVar["list[Markup] | None"] = ContextVar("gathered", default=None)


class Markup(str):
    """Text that is HTML already; everything else is escaped when it becomes a child or an attribute."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]


def tag(name: str, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """An element. `cls` stands for class, `_` in names for `-`; attributes that are None or False are left out."""
    written = "".join([_attribute(key, value) for key, value in attributes.items()])
    if name in VOID:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{_inside(children)}</{name}>")


def join(*children: Child) -> Markup:
    """Children side by side: text escaped, markup kept, None left out, lists flattened."""
    return Markup(_inside(children))


def link(
    target: links.Target,
    *children: Child,
    cls: str | None = None,
    label: str | None = None,
    style: str | None = None,
    skip_in_tab_order: bool = False,
    look: str | None = None,
) -> Markup:
    """A link to another page or view: a real address for a new tab, a click inside the app for the rest.

    `skip_in_tab_order` is for links that a filter or a table offers as well; `look` is the key of the part of the page it changes,
    which comes into sight.
    """
    return tag(
        "a",
        *children,
        cls=cls,
        style=style,
        href=links.href(target),
        aria_label=label,
        tabindex=-1 if skip_in_tab_order else None,
        data_go=_PAYLOAD(target.as_payload()),
        data_look=look,
    )


def show(content: Markup, key: str) -> None:
    """Draw markup; links made by `link` navigate without loading the page again."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.append(tag("div", content, cls=f"st-key-{key}"))
        return
    # `st.html` drops drawings; the element of ours keeps them.
    if "data-go=" not in content and "<svg" not in content:
        st.html(content)
        return
    # As bytes, because Streamlit writes out a dictionary twice, with six characters for each Chinese one.
    spoken = "en" if is_english() else "zh-CN"
    _LINKED(key=key, data=f"{spoken}\n{content}".encode(), on_go_change=links.follower(key))


@contextmanager
def together(key: str) -> Iterator[None]:
    """What is shown inside becomes one element: ten of them cost the server more than what is written in them.

    Each part keeps the class that Streamlit would have given it for its key. Only markup may be shown inside.
    """
    parts: list[Markup] = []
    token = _gathered.set(parts)
    try:
        yield
    finally:
        _gathered.reset(token)
    if parts:
        show(tag("div", parts, cls="ub-together"), key)


def packed(data: dict[str, object]) -> bytes:
    """What a component is given, as bytes: for anything else Streamlit imports pandas to see if it is a table, which takes a second."""
    return json.dumps(data, ensure_ascii=False).encode()


def _inside(children: Iterable[Child]) -> str:
    # A page is made of some fifteen hundred elements, so what they hold most often is asked for first.
    parts: list[str] = []
    for child in children:
        if type(child) is Markup:
            parts.append(child)
        elif type(child) is str:
            parts.append(html.escape(child) if _SPECIAL(child) else child)
        elif isinstance(child, str | int | float):
            parts.append(html.escape(str(child)))
        elif child is not None:
            parts.append(_inside(child))
    return "".join(parts)


# The same few hundred stand on every page. By type as well, because 1 is True.
@lru_cache(maxsize=4096, typed=True)
def _attribute(key: str, value: str | int | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = {"cls": "class", "for_": "for"}.get(key, key.replace("_", "-"))
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'


_LINKED = st.components.v2.component(
    "unionboard_linked",
    html="<div class='ub-linked'></div>\n",
    js="""
// What this reader last saw of a number stays in this browser; a number that a later release changed says so until it is noted.
const SEEN = "unionboard-seen";
const KEPT = 4000;
const seen = () => {
  try { return JSON.parse(localStorage.getItem(SEEN)) ?? {}; } catch { return {}; }
};
const keep = (all) => {
  const entries = Object.entries(all);
  try { localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries(entries.slice(-KEPT)))); } catch { /* full or forbidden */ }
};
const forget = (key) => {
  const all = seen();
  if (all[key]) delete all[key].was;
  keep(all);
};
function restated(root) {
  const cards = root.querySelectorAll("[data-seen]");
  if (!cards.length) return;
  const all = seen();
  for (const card of cards) {
    const { seen: key, seenValue: value, release } = card.dataset;
    const before = all[key];
    if (!before) all[key] = { v: value, r: release, at: new Date().toISOString().slice(0, 10) };
    else if (before.r !== release) {
      const today = new Date().toISOString().slice(0, 10);
      all[key] = before.v !== value ? { v: value, r: release, at: today, was: before.v, on: before.at }
        : { ...before, r: release, at: today };
    }
    const now = all[key];
    if (now.was === undefined || card.querySelector(".ub-restated")) continue;
    const mark = document.createElement("div");
    mark.className = "ub-restated";
    const words = document.createElement("span");
    words.textContent = `! ${card.dataset.restated} `;
    const was = document.createElement("span");
    was.textContent = card.dataset.restatedWas.replace("{value}", now.was).replace("{date}", now.on);
    const known = document.createElement("button");
    known.type = "button";
    known.textContent = card.dataset.restatedKnown;
    mark.append(words, was, known);
    card.querySelector(".ub-card-value").after(mark);
  }
  keep(all);
}
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".ub-linked");
  const text = new TextDecoder().decode(data);
  document.documentElement.lang = text.slice(0, text.indexOf("\\n"));
  if (root.ubText !== text) {
    root.ubText = text;
    root.innerHTML = text.slice(text.indexOf("\\n") + 1);
  }
  restated(root);
  root.onclick = (event) => {
    const known = event.target.closest(".ub-restated button");
    if (known) {
      forget(known.closest("[data-seen]").dataset.seen);
      known.closest(".ub-restated").remove();
      return;
    }
    const link = event.target.closest("[data-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
    event.preventDefault();
    setTriggerValue("go", link.dataset.go);
    if (link.dataset.look) document.querySelector(`.st-key-${link.dataset.look}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  const open = () => root.querySelectorAll("details.ub-pop[open]");
  const outside = (event) => {
    for (const details of open()) if (!details.contains(event.target)) details.open = false;
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    for (const details of open()) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  };
  if (root.ubCleanup) root.ubCleanup();
  document.addEventListener("click", outside);
  document.addEventListener("keydown", escape);
  root.ubCleanup = () => {
    document.removeEventListener("click", outside);
    document.removeEventListener("keydown", escape);
  };
  return () => root.ubCleanup();
}
""",
    isolate_styles=False,
)

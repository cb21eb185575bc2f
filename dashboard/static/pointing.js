// Reading a drawing off: the place under the finger, or the one that the arrow keys have come to, shows its values (charts/lines.py).
// A mouse needs none of this, its hover is the style sheet's.
(() => {
  const POINTED = "ub-pointed";
  const clear = () => document.querySelectorAll(`.${POINTED}`).forEach((one) => one.classList.remove(POINTED));
  let said = null;
  const point = (strip, aloud) => {
    clear();
    strip.classList.add(POINTED);
    if (!aloud) return;
    if (!said) {
      said = document.body.appendChild(document.createElement("div"));
      said.className = "ub-sr";
      said.setAttribute("aria-live", "polite");
    }
    said.textContent = [...strip.querySelectorAll("b, .ub-plot-tip > span")].map((one) => one.textContent).join(" ");
  };
  const touched = (event) => {
    if (event.pointerType === "mouse") return;
    const area = event.target.closest?.(".ub-plot-area");
    if (!area) return event.type === "pointerdown" ? clear() : undefined;
    const under = [...area.querySelectorAll(".ub-plot-strip")].find((strip) => {
      const { left, right } = strip.getBoundingClientRect();
      return left <= event.clientX && event.clientX <= right;
    });
    if (under) point(under, false);
  };
  for (const kind of ["pointerdown", "pointermove"]) document.addEventListener(kind, touched, { passive: true });
  document.addEventListener("keydown", (event) => {
    const plot = event.target.matches?.(".ub-plot") ? event.target : null;
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const strips = [...plot.querySelectorAll(".ub-plot-strip")];
    const at = strips.findIndex((strip) => strip.classList.contains(POINTED));
    const start = at >= 0 ? at : strips.length;
    const to = { ArrowLeft: start - 1, ArrowRight: at + 1, Home: 0, End: strips.length - 1 }[event.key];
    if (to !== undefined) point(strips[Math.max(0, Math.min(strips.length - 1, to))], true);
    else if (event.key === "Enter" && at >= 0) strips[at].click();
    else if (event.key === "Escape") clear();
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".ub-plot")) clear();
  });
})();

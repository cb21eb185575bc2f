// One step back for one thing the reader did. Following a link changes page, filters and parameters one after the other, and Streamlit's
// front end writes an entry into the history for each; a filter that writes itself into the address overwrites the entry it stands in.
// Here the first change of the address after a touch, a click or a key is an entry, and whatever follows overwrites it.
(() => {
  let isReaders = false;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { isReaders = true; }, true);
  addEventListener("popstate", () => { isReaders = false; }, true);
  const { pushState: push, replaceState: replace } = history;
  const write = function (...entry) {
    const address = new URL(entry[2] ?? location.href, location.href).href;
    const isStep = isReaders && address !== location.href;
    isReaders = isReaders && !isStep;
    return (isStep ? push : replace).apply(this, entry);
  };
  history.pushState = history.replaceState = write;
})();

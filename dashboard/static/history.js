// One step back for one thing the reader did. Following a link changes page, filters and parameters one after the other, and Streamlit's
// front end writes an entry into the history for each; only the first after a touch, a click or a key is one, the others overwrite it.
(() => {
  let isReaders = false;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { isReaders = true; }, true);
  addEventListener("popstate", () => { isReaders = false; }, true);
  const push = history.pushState;
  history.pushState = function (...entry) {
    const write = isReaders ? push : history.replaceState;
    isReaders = false;
    return write.apply(this, entry);
  };
})();

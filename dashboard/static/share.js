// 分享: the address of what is seen, as the button says. What the page itself put into the address (KPI, regions, scale) goes along; the
// filters are those the server names. On a phone the system's own sheet opens; elsewhere the address is copied.
(() => {
  const FILTERS = ["region", "period", "origin", "lang", "as_of"];
  const address = (query) => {
    const url = new URL(location.href);
    for (const name of FILTERS) url.searchParams.delete(name);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    url.hash = "";
    return url.toString();
  };
  const copied = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* Not over plain HTTP: by hand, below. */ }
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { /* told below */ }
    field.remove();
    return done;
  };
  const tell = (box, text, url) => {
    const note = box.querySelector(".ub-hint");
    if (!note) return;
    note.textContent = text;
    let shown = box.querySelector("input");
    if (!shown) { shown = document.createElement("input"); shown.readOnly = true; note.after(shown); }
    shown.value = url;
    shown.setAttribute("aria-label", text);
    shown.select();
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-share]");
    if (!button) return;
    const box = button.closest(".ub-share");
    const url = address(JSON.parse(button.dataset.share));
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      try { await navigator.share({ title: document.title, url }); return; } catch (error) { if (error.name === "AbortError") return; }
    }
    tell(box, (await copied(url)) ? box.dataset.copied : box.dataset.byHand, url);
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".ub-share[open]")) if (!open.contains(event.target)) open.open = false;
  });
})();

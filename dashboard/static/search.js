// 查找: opened by its button or by /, asks the server while somebody types; up and down choose, Enter follows. What is found is a link like
// any other: it may be opened in a new tab or sent to somebody.
(() => {
  const KEPT = ["region", "period", "origin", "as_of", "lang"];
  const WAIT = 120;
  const button = () => document.querySelector(".ub-search-button");
  let open = null;

  const element = (name, attributes = {}, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  const word = (name, values = {}) =>
    (open?.words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

  const show = () => {
    const from = button();
    if (!from || open) return;
    const dialog = element("dialog", { class: "ub-search", "aria-label": from.firstChild.textContent });
    const field = element("input", {
      type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "ub-search-list", "aria-autocomplete": "list",
      autocomplete: "off", spellcheck: "false", maxlength: 60, placeholder: from.dataset.findHint, "aria-label": from.dataset.findHint,
    });
    const close = element("button", { type: "button", class: "ub-search-close", "aria-label": from.dataset.close }, "×");
    const list = element("div", { id: "ub-search-list", role: "listbox", "aria-label": from.firstChild.textContent });
    const said = element("p", { class: "ub-search-said", role: "status" });
    const row = element("div", { class: "ub-search-row" });
    row.append(field, close);
    dialog.append(row, list, said);
    document.body.append(dialog);
    open = { dialog, field, list, said, words: { ...from.dataset }, chosen: -1, asked: 0, answered: "", timer: 0 };
    dialog.onclose = () => {
      clearTimeout(open.timer);
      dialog.remove();
      open = null;
    };
    dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
    close.onclick = () => dialog.close();
    field.oninput = () => {
      clearTimeout(open.timer);
      open.timer = setTimeout(ask, WAIT);
    };
    field.onkeydown = key;
    list.onclick = (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
      event.preventDefault();
      follow(link);
    };
    dialog.showModal();
    field.focus();
    // The first question of all makes the server read its lists.
    fetch("/api/search?q=%20").catch(() => {});
  };

  const ask = async () => {
    if (!open) return;
    const number = ++open.asked;
    const asked = open.field.value.trim();
    if (!asked) return tell([], "");
    const query = new URLSearchParams({ q: asked });
    const here = new URLSearchParams(location.search);
    for (const name of KEPT) if (here.get(name)) query.set(name, here.get(name));
    let hits = null;
    try {
      const answer = await fetch(`/api/search?${query}`, { headers: { accept: "application/json" } });
      if (answer.ok) ({ hits } = await answer.json());
    } catch { /* told below */ }
    // What was asked first may be answered last.
    if (!open || number !== open.asked) return;
    open.answered = asked;
    if (hits === null) tell([], word("findAway"));
    else tell(hits, hits.length ? word("findFound", { count: hits.length }) : word("findNone", { asked }));
  };
  const tell = (hits, words) => {
    open.list.replaceChildren(...hits.map((hit, place) => {
      const link = element("a", { href: hit.href, role: "option", id: `ub-search-${place}`, tabindex: "-1", "aria-selected": "false" });
      link.dataset.to = JSON.stringify(hit.go);
      if (hit.mark) link.dataset.mark = hit.mark;
      link.append(element("b", {}, hit.title), element("span", {}, hit.hint), element("i", {}, hit.kind));
      return link;
    }));
    open.said.textContent = words;
    open.field.setAttribute("aria-expanded", String(hits.length > 0));
    choose(hits.length ? 0 : -1);
  };
  const choose = (place) => {
    const links = [...open.list.children];
    open.chosen = links.length ? (place + links.length) % links.length : -1;
    links.forEach((link, number) => link.setAttribute("aria-selected", String(number === open.chosen)));
    const chosen = links[open.chosen];
    if (!chosen) return open.field.removeAttribute("aria-activedescendant");
    open.field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  };
  const key = async (event) => {
    if (event.isComposing) return;
    const links = open.list.children;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && links.length) {
      event.preventDefault();
      choose(open.chosen + step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(open.timer);
      const before = open.field.value.trim();
      if (open.answered !== before) await ask();
      if (open && open.list.children[open.chosen]) follow(open.list.children[open.chosen]);
    }
  };
  // Inside the page where a list of links stands that tells the server; else by its address.
  const follow = (link) => {
    const { to, mark } = link.dataset;
    const href = link.href;
    open.dialog.close();
    const within = document.querySelector(".st-key-breadcrumbs .ub-linked");
    if (!within) return location.assign(href);
    const asked = JSON.parse(to);
    // Streamlit forgets the filters of a page that is changed to itself.
    if (asked.page === location.pathname.split("/").pop()) delete asked.page;
    const go = element("a", { href, "data-go": JSON.stringify(asked), hidden: "" });
    within.append(go);
    go.click();
    go.remove();
    if (mark) bringIntoSight(mark);
  };
  const bringIntoSight = (mark) => {
    const until = Date.now() + 15000;
    const look = setInterval(() => {
      const found = document.getElementById(mark);
      if (!found && Date.now() < until) return;
      clearInterval(look);
      if (!found) return;
      for (let box = found.closest("details"); box; box = box.parentElement?.closest("details")) box.open = true;
      document.querySelector(".ub-found")?.classList.remove("ub-found");
      found.classList.add("ub-found");
      // What stands above is still being drawn.
      for (const milliseconds of [0, 600, 1500]) setTimeout(() => found.scrollIntoView({ block: "center" }), milliseconds);
    }, 200);
  };
  if (location.hash.startsWith("#figure-")) bringIntoSight(location.hash.slice(1));

  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".ub-search-button")) show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog, [role='textbox']")) return;
    event.preventDefault();
    show();
  });
})();

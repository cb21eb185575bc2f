// The box for SQL: names of tables, columns and words of SQL are offered while one writes, and a click on a name in the list beside it
// puts it where the writing stands. What is offered is what the list says, so nothing is asked of the server.
(() => {
  const BOX = ".st-key-ask_main textarea";
  const MOST = 8;
  const SQL = "select from where group by order by having limit join left join inner join on and or not in is null between like case when then else end as distinct count sum avg min max median round coalesce cast over partition by with union all desc asc filter".split(" ");
  const entries = () => [...document.querySelectorAll(".ub-relations [data-insert]")];
  const word = (area) => {
    const found = area.value.slice(0, area.selectionStart).match(/(?:([A-Za-z_][\w]*)\.)?([A-Za-z_]\w*)?$/);
    return { of: found?.[1] ?? "", begun: found?.[2] ?? "" };
  };
  const put = (area, text, over = 0) => {
    area.focus();
    area.setSelectionRange(area.selectionStart - over, area.selectionEnd);
    // The browser's own way of writing: it can be undone, and Streamlit hears of it.
    document.execCommand("insertText", false, text);
  };
  // An alias (from mart_kpi_values as v) stands for its table.
  const tableOf = (area, name) => {
    if (entries().some((one) => one.dataset.of === name)) return name;
    return area.value.match(new RegExp(`\\b(\\w+)\\s+(?:as\\s+)?${name}\\b`, "i"))?.[1] ?? name;
  };
  const fitting = (area) => {
    const { of, begun } = word(area);
    const start = begun.toLowerCase();
    if (!of && start.length < 2) return [];
    const every = entries();
    const named = new Set(area.value.match(/\w+/g) ?? []);
    const table = of && tableOf(area, of);
    const known = of
      ? every.filter((one) => one.dataset.of === table && one.dataset.insert !== table).map((one) => one.dataset.insert)
      : [
          ...every.filter((one) => one.dataset.insert === one.dataset.of).map((one) => one.dataset.insert),
          // Columns of tables that the question names come before those of others.
          ...every.filter((one) => named.has(one.dataset.of)).map((one) => one.dataset.insert),
          ...SQL,
          ...every.map((one) => one.dataset.insert),
        ];
    const fits = [...new Set(known)].filter((one) => one.toLowerCase() !== start);
    const first = fits.filter((one) => one.toLowerCase().startsWith(start));
    const inside = start.length > 2 ? fits.filter((one) => !first.includes(one) && one.toLowerCase().includes(start)) : [];
    return [...first, ...inside].slice(0, MOST);
  };
  let list = null, chosen = 0, area = null;
  const close = () => {
    list?.remove();
    list = null;
    area?.setAttribute("aria-expanded", "false");
    area?.removeAttribute("aria-activedescendant");
  };
  const mark = () => {
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === chosen)));
    area.setAttribute("aria-activedescendant", `ub-offer-${chosen}`);
  };
  const take = (text) => {
    const over = word(area).begun.length;
    close();
    put(area, text, over);
    close();
  };
  const open = (names) => {
    close();
    list = document.createElement("ul");
    list.className = "ub-offers";
    list.id = "ub-offers";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.getAttribute("aria-label") ?? "SQL");
    names.forEach((name, place) => {
      const one = document.createElement("li");
      one.id = `ub-offer-${place}`;
      one.setAttribute("role", "option");
      one.textContent = name;
      one.addEventListener("pointerdown", (event) => { event.preventDefault(); take(name); });
      list.append(one);
    });
    const box = area.getBoundingClientRect();
    list.style.left = `${box.left + scrollX}px`;
    list.style.top = `${box.bottom + scrollY + 2}px`;
    document.body.append(list);
    area.setAttribute("role", "combobox");
    area.setAttribute("aria-controls", "ub-offers");
    area.setAttribute("aria-expanded", "true");
    chosen = 0;
    mark();
  };
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(BOX) || event.inputType?.startsWith("delete")) return close();
    area = event.target;
    const names = fitting(area);
    names.length ? open(names) : close();
  });
  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== area || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      chosen = (chosen + step + list.children.length) % list.children.length;
      mark();
    } else if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && !event.ctrlKey && !event.metaKey)) {
      take(list.children[chosen].textContent);
    } else {
      if (["Escape", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => { if (event.target === area) setTimeout(close, 150); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-insert]");
    const box = button && document.querySelector(BOX);
    if (!box) return;
    const before = box.value.slice(0, box.selectionStart);
    put(box, (before && !/[\s(.,]$/.test(before) ? " " : "") + button.dataset.insert);
    close();
  });
})();

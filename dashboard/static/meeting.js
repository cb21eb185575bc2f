// Meeting-room mode: full screen, large type, one chosen page after the other as slides, on which nothing scrolls; a touch pauses it. After
// each round but the first a slide says which of the numbers shown have changed since the round before.
// Everything happens in this browser. ?meeting=overview,provinces&seconds=20 begins at once.
(() => {
  const KEY = "unionboard-meeting";
  const PAUSE_SECONDS = 60;
  const LONGEST = 60;
  // Pages are laid out as for a screen of this width and made larger; what does not fit is made smaller, as long as it can be read from afar,
  // and a longer one is shown part by part.
  const WIDTH = 940;
  const SMALLEST = 0.66;
  const LEGIBLE = 1.25;
  const PARTS = 4;
  const GAP = 16;
  const PADDING = 8;
  let running = null;

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const button = () => document.querySelector(".ub-meeting-button");
  const word = (name) => button()?.dataset[name] ?? word.kept?.[name] ?? name;
  const links = () => [...document.querySelectorAll("[data-testid='stSidebarNavLink']")].map((link) => ({
    link, path: new URL(link.href).pathname.replace(/^\/|\/$/g, "") || "overview", name: link.innerText.trim(),
  }));
  const scroller = () => document.querySelector(".stMain");

  const remembered = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const ask = () => {
    document.querySelector(".ub-meeting-dialog")?.remove();
    const dialog = element("dialog", "", { class: "ub-meeting-dialog", "aria-label": button().innerText });
    const form = element("form", "", { method: "dialog" });
    form.append(element("h2", word("meetingPages")));
    const before = remembered();
    const list = element("div", "", { class: "ub-meeting-pages" });
    links().forEach(({ path, name }, place) => {
      const label = element("label", "");
      const box = element("input", "", { type: "checkbox", value: path });
      box.checked = before.pages ? before.pages.includes(path) : place < 5;
      label.append(box, name);
      list.append(label);
    });
    const seconds = element("input", "", { type: "number", min: 5, max: LONGEST, value: before.seconds ?? 20 });
    const beat = element("label", word("meetingSeconds"));
    beat.append(seconds);
    const start = element("button", word("meetingStart"), { type: "submit", class: "ub-meeting-start" });
    const close = element("button", word("close"), { type: "button" });
    close.onclick = () => dialog.close();
    const row = element("div", "", { class: "ub-meeting-row" });
    row.append(start, close);
    form.append(list, beat, row);
    form.onsubmit = () => {
      const pages = [...list.querySelectorAll("input:checked")].map((box) => box.value);
      const chosen = { pages, seconds: Math.min(Math.max(Number(seconds.value) || 20, 5), LONGEST) };
      localStorage.setItem(KEY, JSON.stringify(chosen));
      dialog.remove();
      if (pages.length) begin(chosen);
    };
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
  };

  const begin = ({ pages, seconds }) => {
    end();
    word.kept = { ...button()?.dataset };
    document.documentElement.classList.add("ub-meeting");
    document.documentElement.requestFullscreen?.().catch(() => {});
    const bar = element("div", "", { class: "ub-meeting-bar", role: "toolbar" });
    const says = element("span", "", { "aria-live": "off" });
    const pause = element("button", word("meetingPause"), { type: "button", class: "ub-meeting-pause" });
    const stop = element("button", word("meetingEnd"), { type: "button", class: "ub-meeting-end" });
    const progress = element("i");
    bar.append(progress, says, pause, stop);
    document.body.append(bar);
    running = {
      pages, seconds: Math.min(Math.max(seconds, 5), LONGEST), place: -1, slide: 0, slides: [], left: 0, held: false, resumeAt: 0,
      round: 0, before: new Map(), now: new Map(), bar, says, pause, progress,
    };
    stop.onclick = end;
    pause.onclick = () => hold(!running.held, Infinity);
    running.timer = setInterval(tick, 250);
    turn();
  };
  const turn = () => {
    running.left = running.seconds;
    document.querySelector(".ub-meeting-changes")?.remove();
    if (running.slide + 1 < running.slides.length) {
      running.slide += 1;
      lay();
    } else if (running.place + 1 === running.pages.length && running.round > 0 && !running.isTold) {
      running.isTold = true;
      tellChanges();
    } else {
      if (running.place + 1 === running.pages.length) {
        running.round += 1;
        running.before = running.now;
        running.now = new Map();
      }
      running.isTold = false;
      running.place = (running.place + 1) % running.pages.length;
      running.slide = 0;
      running.slides = [];
      links().find((one) => one.path === running.pages[running.place])?.link.click();
    }
    say();
  };

  // What stands on a page, one below the other: the parts that were drawn together each by itself.
  const blocks = () => {
    const main = document.querySelector(".stMainBlockContainer > .stVerticalBlock, .stMainBlockContainer > [data-testid='stVerticalBlock']");
    const parts = [...(main?.children ?? [])].flatMap((child) => {
      const together = child.querySelector(".ub-together");
      return together ? [...together.children] : [child];
    });
    return parts.filter((part) => part.getBoundingClientRect().height > 20);
  };
  // Title, banner and what is chosen stand on every slide of a page.
  const HEAD = ".ub-title, .st-key-demonstration_banner, .st-key-frame";
  const isHead = (part) => (part.matches(HEAD) || part.querySelector(HEAD)) && !part.querySelector(".ub-sentences, .ub-panel, .ub-card");
  const zoom = (value) => document.documentElement.style.setProperty("--ub-slide-zoom", value);
  const base = () => Math.max(1, innerWidth / WIDTH);
  const clear = () => {
    document.querySelectorAll(".ub-slide-off").forEach((part) => part.classList.remove("ub-slide-off"));
    document.querySelectorAll(".ub-slide-part").forEach((part) => {
      part.classList.remove("ub-slide-part");
      part.style.removeProperty("--ub-slide-from");
    });
  };
  const height = (part) => part.getBoundingClientRect().height + GAP * base();

  // Divides what the page holds into slides: as many parts as stand below each other on one screen.
  const divide = () => {
    clear();
    zoom(base());
    const parts = blocks();
    const head = parts.filter(isHead);
    const roomAt = (large) => innerHeight - running.bar.offsetHeight - PADDING * large - head.reduce((sum, part) => sum + height(part), 0);
    const room = roomAt(base());
    const slides = [];
    let filled = Infinity;
    for (const part of parts.filter((one) => !head.includes(one))) {
      const tall = height(part);
      if (tall > room) {
        const shrunk = Math.max(base() * (room / tall), base() * SMALLEST, LEGIBLE);
        // In smaller type less wraps, and the head leaves more room.
        zoom(shrunk);
        const roomy = roomAt(shrunk);
        const windows = Math.max(1, Math.min(PARTS, Math.ceil(part.getBoundingClientRect().height / roomy - 0.05)));
        zoom(base());
        for (let at = 0; at < windows; at += 1) slides.push({ parts: [part], zoom: shrunk, from: (at * roomy) / shrunk });
        filled = Infinity;
      } else if (filled + tall <= room) {
        slides.at(-1).parts.push(part);
        filled += tall;
      } else {
        slides.push({ parts: [part], zoom: base() });
        filled = tall;
      }
    }
    running.slides = slides.length ? slides : [{ parts: [], zoom: base() }];
    running.key = `${location.pathname}${location.search}`;
  };
  const lay = () => {
    const shown = running.slides[running.slide];
    clear();
    for (const part of blocks()) if (!isHead(part) && !shown.parts.includes(part)) part.classList.add("ub-slide-off");
    zoom(shown.zoom);
    if (shown.from) {
      shown.parts[0].classList.add("ub-slide-part");
      shown.parts[0].style.setProperty("--ub-slide-from", `${shown.from}px`);
    }
    scroller()?.scrollTo({ top: 0 });
    note();
  };
  // The cards that are seen, by what they are of.
  const note = () => {
    for (const card of document.querySelectorAll("[data-seen]")) {
      const name = card.querySelector("h3, .ub-card-name, header")?.innerText.split("\n")[0] ?? "";
      const value = card.querySelector(".ub-card-value")?.innerText.replace(/\s+/g, " ").trim() ?? card.dataset.seenValue;
      running.now.set(card.dataset.seen, { name, value });
    }
  };
  const tellChanges = () => {
    const slide = element("section", "", { class: "ub-meeting-changes" });
    slide.append(element("h1", word("meetingChanges")));
    const changed = [...running.now].filter(([key, now]) => running.before.has(key) && running.before.get(key).value !== now.value);
    const list = element("ul");
    for (const [key, now] of changed.slice(0, 10)) {
      const line = element("li");
      line.append(element("span", now.name), element("b", `${running.before.get(key).value} → ${now.value}`));
      list.append(line);
    }
    slide.append(changed.length ? list : element("p", word("meetingNoChange")));
    document.body.append(slide);
  };
  // A page is divided once it is drawn, and again when it is drawn anew: another release, another size.
  const settle = () => {
    const state = document.querySelector(".stApp")?.dataset.testScriptState;
    if (state !== "notRunning" || !document.querySelector("h1") || document.querySelector(".ub-linked:empty, .ub-tiles:empty")) return;
    const shown = running.slides[running.slide];
    const isGone = !shown || shown.parts.some((part) => !part.isConnected) || running.width !== innerWidth;
    if (!isGone) return;
    running.width = innerWidth;
    divide();
    running.slide = Math.min(running.slide, running.slides.length - 1);
    lay();
    say();
  };
  const say = () => {
    const { pages, place, says, pause, held, slide, slides } = running;
    const name = links().find((one) => one.path === pages[place])?.name ?? pages[place];
    const part = slides.length > 1 ? ` · ${slide + 1} / ${slides.length}` : "";
    says.textContent = `${name}${part} · ${place + 1} / ${pages.length}`;
    pause.textContent = word(held ? "meetingGoOn" : "meetingPause");
  };
  const tick = () => {
    settle();
    if (running.held) {
      if (Date.now() < running.resumeAt) return;
      hold(false);
    }
    running.left -= 0.25;
    running.progress.style.width = `${100 - (running.left / running.seconds) * 100}%`;
    if (running.left <= 0) turn();
  };
  const hold = (held, milliseconds = PAUSE_SECONDS * 1000) => {
    running.held = held;
    running.resumeAt = held ? Date.now() + milliseconds : 0;
    running.bar.classList.toggle("ub-meeting-held", held);
    say();
  };
  const end = () => {
    if (!running) return;
    clearInterval(running.timer);
    running.bar.remove();
    running = null;
    clear();
    document.querySelector(".ub-meeting-changes")?.remove();
    document.documentElement.classList.remove("ub-meeting");
    if (document.fullscreenElement) document.exitFullscreen();
  };
  const touched = (event) => {
    if (!running || !event.isTrusted || event.target.closest?.(".ub-meeting-bar")) return;
    hold(true);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".ub-meeting-button")) ask();
  });
  for (const kind of ["pointerdown", "wheel", "touchstart"]) document.addEventListener(kind, touched, { passive: true, capture: true });
  document.addEventListener("keydown", (event) => {
    if (!running) return;
    if (event.key === "Escape") end();
    else touched(event);
  }, true);
  document.addEventListener("fullscreenchange", () => {
    if (running?.wasFull && !document.fullscreenElement) end();
    if (running && document.fullscreenElement) running.wasFull = true;
  });

  const asked = new URLSearchParams(location.search);
  if (asked.get("meeting")) {
    const wait = setInterval(() => {
      if (!links().length || !button()) return;
      clearInterval(wait);
      begin({ pages: asked.get("meeting").split(","), seconds: Number(asked.get("seconds")) || 20 });
    }, 300);
  }
})();

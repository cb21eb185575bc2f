// Meeting-room mode: full screen, large type, one chosen page after the other, screen by screen; a touch pauses it.
// Everything happens in this browser. ?meeting=overview,provinces&seconds=20 begins at once.
(() => {
  const KEY = "unionboard-meeting";
  const PAUSE_SECONDS = 60;
  const SCREENS = 5;
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
    const seconds = element("input", "", { type: "number", min: 5, max: 600, value: before.seconds ?? 20 });
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
      const chosen = { pages, seconds: Math.min(Math.max(Number(seconds.value) || 20, 5), 600) };
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
    running = { pages, seconds, place: -1, screen: 0, left: 0, held: false, resumeAt: 0, bar, says, pause, progress };
    stop.onclick = end;
    pause.onclick = () => hold(!running.held, Infinity);
    running.timer = setInterval(tick, 250);
    turn();
  };
  const turn = () => {
    const { pages } = running;
    const main = scroller();
    const more = main && running.screen > 0 && running.screen < SCREENS
      && main.scrollTop + main.clientHeight < main.scrollHeight - 40;
    if (more) {
      running.screen += 1;
      main.scrollBy({ top: main.clientHeight * 0.85, behavior: "smooth" });
    } else {
      running.place = (running.place + 1) % pages.length;
      running.screen = 1;
      links().find((one) => one.path === pages[running.place])?.link.click();
      main?.scrollTo({ top: 0 });
    }
    running.left = running.seconds;
    say();
  };
  const say = () => {
    const { pages, place, says, pause, held } = running;
    const name = links().find((one) => one.path === pages[place])?.name ?? pages[place];
    says.textContent = `${name} · ${place + 1} / ${pages.length}`;
    pause.textContent = word(held ? "meetingGoOn" : "meetingPause");
  };
  const tick = () => {
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

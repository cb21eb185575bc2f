// As an app of its own on a phone or a desktop: a worker that says so where the server cannot be reached (worker.js). A page that stands
// open while the connection is gone says so, too, and since when; its words (window.ubAway) stand in front of this file.
(() => {
  // Only over HTTPS or on the machine itself do browsers have workers.
  navigator.serviceWorker?.register("/unionboard/worker.js", { scope: "/" }).catch(() => {});

  const PATIENCE = 8;
  let gone = null;
  const isAway = () => {
    const state = document.querySelector(".stApp")?.dataset.testConnectionState;
    return !navigator.onLine || (state !== undefined && !["CONNECTED", "STATIC_CONNECTED"].includes(state));
  };
  setInterval(() => {
    const note = document.querySelector(".ub-away");
    if (!isAway()) {
      gone = null;
      note?.remove();
      return;
    }
    gone ??= Date.now();
    if (note || (navigator.onLine && Date.now() - gone < PATIENCE * 1000)) return;
    const made = document.createElement("p");
    made.className = "ub-away";
    made.setAttribute("role", "alert");
    const time = new Date(gone).toTimeString().slice(0, 5);
    made.textContent = window.ubAway[document.documentElement.lang.startsWith("en") ? "en" : "zh"].replace("{time}", time);
    document.body.append(made);
  }, 1000);
})();

// Keeps nothing: numbers of yesterday would look like those of today. Where the server cannot be reached, a page that says so stands in
// for the one that was asked for; its words stand in front of this file.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  event.respondWith(fetch(event.request).catch(() => {
    const isEnglish = (new URL(event.request.url).searchParams.get("lang") ?? "").toUpperCase() === "EN";
    return new Response(offline[isEnglish ? "en" : "zh"], {
      status: 503,
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
    });
  }));
});

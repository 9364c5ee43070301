// The service worker: the pages' shell for days without a network. BUILD and SHELL stand above.
const CACHE = `shell-${BUILD}`;
const HOME = SHELL[0];
const PATIENCE_MS = 3000;
let erased = false;

async function fill(places) {
  const cache = await caches.open(CACHE);
  await Promise.all(places.map((place) => keep(cache, place)));
  if (erased) await caches.delete(CACHE);
}

// Whole or not at all: a page that leads to sign in is no shell.
async function keep(cache, place) {
  const found = await fetch(place, { cache: "reload", credentials: "same-origin" });
  if (!found.ok || found.redirected) throw new Error(`${place}: ${found.status}`);
  if (!erased) await cache.put(place, found);
}

async function shell() {
  return (await caches.match(HOME, { cacheName: CACHE })) ?? Response.error();
}

async function home(request) {
  let timer;
  const late = new Promise((ok) => { timer = setTimeout(ok, PATIENCE_MS, null); });
  const found = await Promise.race([fetch(request).catch(() => null), late]);
  clearTimeout(timer);
  // Signed out, or nobody answers: the device works on, and says so when it is to send.
  return found?.ok && found.type === "basic" && !found.redirected ? found : shell();
}

async function asset(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill(SHELL)));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));
self.addEventListener("message", (event) => {
  // A new build waits until its agent has nothing half-written and taps.
  if (event.data === "now") self.skipWaiting();
  if (event.data === "erase") { erased = true; event.waitUntil(caches.delete(CACHE)); }
  // The language was changed.
  if (event.data === "again" && !erased) event.waitUntil(fill([HOME]).catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const place = new URL(request.url);
  if (request.method !== "GET" || place.origin !== self.location.origin) return;
  // Of /api and of other pages nothing is ever kept here: they are the network's alone.
  if (request.mode === "navigate" && place.pathname === HOME) event.respondWith(home(request));
  else if (SHELL.includes(place.pathname)) event.respondWith(asset(request));
});

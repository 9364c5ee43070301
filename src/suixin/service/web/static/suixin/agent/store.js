// What the device holds, in IndexedDB. A transaction is whole when it is told so, or left nothing.
const NAME = "suixin-agent";
export const VERSION = 2;

// Forward from every release that was in use: nothing that waits to be sent is ever dropped.
function migrate(db, from, changing) {
  if (from < 1) {
    db.createObjectStore("meta");
    db.createObjectStore("households", { keyPath: "party" });
    db.createObjectStore("drafts");
    db.createObjectStore("outbox", { keyPath: "seq" });
    db.createObjectStore("photos", { keyPath: "hash" });
  }
  if (from < 2) {
    db.createObjectStore("reference");
    const outcomes = db.createObjectStore("outcomes", { keyPath: "op_id" });
    if (from === 1) {
      // The first release kept what came of an operation beside it in the outbox.
      changing.objectStore("outbox").openCursor().onsuccess = ({ target: { result: place } }) => {
        if (!place) return;
        const { outcome, ...kept } = place.value;
        if (outcome) {
          outcomes.put({ op_id: kept.op.op_id, seq: kept.seq, ...outcome });
          place.update(kept);
        }
        place.continue();
      };
    }
  }
}

let opened = null;

export function open() {
  opened ??= new Promise((ok, no) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = (event) => migrate(asked.result, event.oldVersion, asked.transaction);
    asked.onsuccess = () => {
      const db = asked.result;
      // A newer release in another tab, or erasing all, is not held up by this one.
      db.onversionchange = () => { db.close(); opened = null; };
      ok(db);
    };
    asked.onerror = () => { opened = null; no(asked.error); };
  });
  return opened;
}

// `work(store, ask)` within one transaction; what it returns, once all of it is on the disk.
export async function within(names, mode, work) {
  const db = await open();
  return new Promise((ok, no) => {
    const run = db.transaction(names, mode, { durability: "strict" });
    let made, fault;
    run.oncomplete = () => ok(made);
    run.onabort = () => no(fault ?? run.error ?? new DOMException("aborted", "AbortError"));
    const ask = (asked) => new Promise((yes, bad) => {
      asked.onsuccess = () => yes(asked.result);
      asked.onerror = (event) => { event.preventDefault(); bad(asked.error); };
    });
    Promise.resolve(work((name) => run.objectStore(name), ask)).then(
      (value) => { made = value; },
      (wrong) => { fault = wrong; try { run.abort(); } catch { no(wrong); } },
    );
  });
}

export const get = (name, key) =>
  within([name], "readonly", (store, ask) => ask(store(name).get(key)));
export const all = (name) => within([name], "readonly", (store, ask) => ask(store(name).getAll()));
export const put = (name, value, key) =>
  within([name], "readwrite", (store, ask) => ask(store(name).put(value, key)));
export const remove = (name, key) =>
  within([name], "readwrite", (store, ask) => ask(store(name).delete(key)));

// A device that was revoked forgets all.
export async function erase() {
  if (opened) (await opened).close();
  opened = null;
  await new Promise((ok) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = ok;
  });
  for (const found of await navigator.serviceWorker?.getRegistrations() ?? []) {
    // What it is about to keep is not kept any more.
    for (const one of [found.installing, found.waiting, found.active]) one?.postMessage("erase");
    await found.unregister();
  }
  for (const name of await caches.keys()) await caches.delete(name);
}

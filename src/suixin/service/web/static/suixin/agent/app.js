// The agent's page: it opens what the device holds, takes what is done, and sends it when it can.
const { at } = await import(document.getElementById("m-at").href);
const { all, erase, get, put, remove } = await import(at("store"));
const keys = await import(at("keys"));
const { add, photo } = await import(at("outbox"));
const { announce, enrolled, sync } = await import(at("sync"));
const s = await import(at("screens"));
const { find, screen, tell, words } = s;

const DAY_MS = 86400000;
let party = null;
let waiting = null; // A new build that waits for a tap.

// Which screen may be seen: what the device holds is shown only when it is open.
async function route() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  if (!(await get("meta", "device"))) return screen("begin");
  if (!keys.isOpen()) {
    if (keys.pinOpens()) return screen("pin");
    find("by-phone").hidden = !(await get("meta", "phone-lock"));
    return screen("unlock");
  }
  if (!(await get("meta", "enrolment"))) return drawWaiting();
  if (await tooLong()) { tell("TOO_LONG", "stop"); screen("home"); return s.drawHome(); }
  const wanted = document.querySelector(`[data-screen="${CSS.escape(name || "home")}"]`) ? name || "home" : "home";
  if (["household", "consent", "papers", "apply", "revoke"].includes(wanted)) {
    party = await s.drawHousehold(rest.length ? decodeURIComponent(rest[0]) : party?.party);
    if (!party) { location.hash = "#households"; return undefined; }
  }
  screen(wanted);
  return drawn[wanted]?.();
}

const drawn = {
  home: s.drawHome,
  register: drawRegister,
  households: () => s.drawHouseholds(find("find").value),
  consent: drawConsent,
  apply: drawPurposes,
  tasks: () => s.drawTasks(finish),
  sent: s.drawSent,
  earned: s.drawEarned,
};

// So many days without the service and it is locked, whatever its clock is set to meanwhile; what
// waits to be sent stays.
async function tooLong() {
  const met = await get("meta", "met");
  if (!met) return false;
  const seen = Math.max(met.seen, Date.now());
  if (seen > met.seen) await put("meta", { ...met, seen }, "met");
  return seen - met.wall > (await get("meta", "enrolment")).offline_days * DAY_MS;
}

async function drawWaiting() {
  screen("waiting");
  const device = await get("meta", "device");
  find("device-name").textContent = device.device;
  const raw = Uint8Array.from(atob(device.public_key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const mark = new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  const told = Array.from(mark, (one) => one.toString(16).padStart(2, "0")).join("").slice(0, 32);
  find("device-words").textContent = told.match(/.{4}/g).join(" ");
}

async function drawRegister() {
  const { villages } = await get("meta", "enrolment");
  find("r-village").replaceChildren(...villages.map((code) => Object.assign(s.made("option", code), { value: code })));
  const kept = await get("drafts", "register");
  if (!kept) return;
  for (const [name, value] of Object.entries(await keys.shown(kept))) {
    const field = document.querySelector(`[data-form="register"] [name="${name}"]`);
    if (field) field.value = value;
  }
}

function drawConsent() {
  const until = new Date(Date.now() + 365 * DAY_MS);
  const field = find("c-until");
  field.min = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  if (!field.value) field.value = until.toISOString().slice(0, 10);
}

// What a product is for: its sheet's purposes alone.
function drawPurposes() {
  const chosen = document.querySelector('[data-form="apply"] [name="product"]:checked');
  const may = chosen ? chosen.dataset.purposes.split(" ") : [];
  for (const one of find("a-purpose").options) one.hidden = one.disabled = chosen ? !may.includes(one.value) : false;
  const now = find("a-purpose").selectedOptions[0];
  if (!now || now.disabled) find("a-purpose").value = may[0] ?? "";
}

const plain = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));

async function done(line, label) {
  s.facts("receipt-facts", [
    [words("WHAT"), words(`k-${line.op.kind}`)], [words("WHO"), label],
    [words("NUMBER"), line.op.op_id], [words("DEVICE"), `${line.op.device} / ${line.seq}`],
    [words("MARK"), line.hash.slice(0, 32)], [words("WHEN"), s.local(line.op.wall_at)],
  ]);
  await show("receipt");
  return send();
}

async function show(name) {
  if (location.hash === `#${name}`) return route();
  location.hash = `#${name}`;
  return undefined;
}

async function finish(task) {
  await add({ kind: "task", entity: task.party, label: task.task, form: { task: task.task, note: "" } });
  await s.drawTasks(finish);
  return send();
}

const taken = {
  async begin(form) {
    const told = plain(form);
    if (told.passphrase !== told.again) throw new Error("again");
    await keys.begin(told.passphrase);
    await navigator.storage?.persist?.();
    await announce(told.title);
    return route();
  },
  async unlock(form) { await keys.unlock(plain(form).passphrase); await route(); return send(); },
  async pin(form) { await keys.reopen(plain(form).pin); return route(); },
  async "set-pin"(form) { await keys.setPin(plain(form).pin); tell("PIN_SET"); },
  async "phone-lock"(form) {
    const good = await keys.addPhoneLock(plain(form).passphrase);
    tell(good ? "PHONE_SET" : "NO_PHONE", good ? "good" : "warn");
  },
  async register(form) {
    const { members, ...told } = plain(form);
    const entity = `h-${crypto.randomUUID()}`;
    const made = { ...told, resident_id: told.resident_id.toUpperCase(), members: Number(members) };
    if (!made.address) delete made.address;
    clearTimeout(drafting);
    const line = await add({ kind: "register", entity, form: made, label: told.name, draft: "register" });
    party = { party: entity, name: told.name };
    return done(line, told.name);
  },
  async consent(form) {
    const told = plain(form);
    const kinds = new FormData(form).getAll("kinds").flatMap((one) => one.split(","));
    if (!kinds.length) throw new Error("kinds");
    const { purpose, until } = told;
    const line = await add({ kind: "consent", entity: party.party, label: party.name, form: { purpose, until, kinds } });
    return done(line, party.name);
  },
  async revoke(form) {
    const { purpose } = plain(form);
    return done(await add({ kind: "revoke", entity: party.party, label: party.name, form: { purpose } }), party.name);
  },
  async papers(form) {
    const photos = [];
    for (const file of [...form.elements.photos.files].slice(0, 6)) photos.push(await photo(file));
    const { kind } = plain(form);
    const line = await add({ kind: "document", entity: party.party, label: party.name, form: { kind }, photos });
    return done(line, party.name);
  },
  async apply(form) {
    const { product, amount, purpose } = plain(form);
    const told = { product, amount_fen: Number(amount) * 100, purpose };
    return done(await add({ kind: "apply", entity: party.party, label: party.name, form: told }), party.name);
  },
};

const doing = {
  async check() {
    const { device } = await enrolled();
    if (device.standing !== "enrolled") return tell("STILL_WAITING", "warn");
    tell("");
    await route();
    return send();
  },
  sync: () => send(true),
  print: () => window.print(),
  lock: () => { keys.lock(); return route(); },
  phone: async () => { await keys.unlockByPhone(); await route(); return send(); },
  async update() {
    // Nothing half-written is lost to a new build.
    if ((await all("drafts")).length) return tell("DRAFTS", "warn");
    return waiting?.postMessage("now");
  },
};

// What went wrong, in the agent's words; what was written is still there.
function failed(fault) {
  const code = fault.name === "QuotaExceededError" ? "QUOTA" : fault.code || fault.message;
  if (fault.status === 401 || ["SECOND_FACTOR", "NOT_SIGNED_IN"].includes(code)) return askToSignIn();
  if (fault instanceof TypeError) return tell("OFFLINE", "warn");
  return tell(code, "stop");
}

function askToSignIn() {
  tell("SIGN_IN", "warn");
  const link = s.made("a", words("SIGN_IN_LINK"), "button second");
  link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
  find("told").firstChild.append(link);
}

async function send(asked = false) {
  if (!navigator.onLine && !asked) return;
  if (!(await get("meta", "enrolment"))) return;
  try {
    find("state").textContent = words("SENDING");
    const told = await sync(({ sent, uploaded }) => {
      find("state").textContent = uploaded ? words("UPLOADING", { share: uploaded }) : words("SENT_TO", { seq: sent });
    });
    if (told) tell(told.clockOff ? "CLOCK_OFF" : asked ? "ALL_SENT" : "", told.clockOff ? "warn" : "good");
  } catch (fault) {
    if (fault.code === "DEVICE_REVOKED") { keys.drop(); location.hash = ""; await route(); return tell("DEVICE_REVOKED", "stop"); }
    if (asked || !(fault instanceof TypeError)) failed(fault);
  } finally {
    state();
  }
  if (!["#receipt", "#register", "#consent", "#apply", "#papers"].some((one) => location.hash.startsWith(one))) await route();
}

function state() { find("state").textContent = words(navigator.onLine ? "ONLINE" : "OFFLINE"); }

let drafting;
document.addEventListener("input", (event) => {
  if (event.target.id === "find") return s.drawHouseholds(event.target.value);
  if (event.target.name === "product") return drawPurposes();
  const form = event.target.closest('[data-form="register"]');
  if (!form) return undefined;
  clearTimeout(drafting);
  drafting = setTimeout(async () => { if (keys.isOpen()) await put("drafts", await keys.hidden(plain(form)), "register"); }, 300);
  return undefined;
});
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!taken[form.dataset.form]) return;
  event.preventDefault();
  event.stopPropagation();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  tell("");
  try {
    await taken[form.dataset.form](form);
    form.reset();
  } catch (fault) {
    failed(fault);
  } finally {
    delete form.dataset.busy;
  }
}, true);
document.addEventListener("click", (event) => {
  const name = event.target.closest?.("[data-do]")?.dataset.do;
  if (name) Promise.resolve(doing[name]()).catch(failed);
});
window.addEventListener("hashchange", () => { route().catch(failed); });
window.addEventListener("online", () => { state(); send(); });
window.addEventListener("offline", state);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && keys.isOpen()) send(); });

async function install() {
  if (!navigator.serviceWorker) return;
  const found = await navigator.serviceWorker.register("/agent/worker.js", { scope: "/agent/" });
  const offer = (one) => { waiting = one; find("update").hidden = false; };
  if (found.waiting) offer(found.waiting);
  found.addEventListener("updatefound", () => {
    const next = found.installing;
    next?.addEventListener("statechange", () => {
      if (next.state === "installed" && navigator.serviceWorker.controller) offer(next);
    });
  });
  const had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (had) location.reload(); });
  if (navigator.onLine) found.active?.postMessage("again");
}

state();
install().catch(() => {}); // Without it the page works while there is a network.
await route();
document.documentElement.dataset.ready = "yes";
export { add, all, enrolled, erase, get, keys, photo, put, remove, route, send, sync };

// Keys of the device. What it holds is under a random key, wrapped by a passphrase, or by the
// phone's own lock where the browser can (WebAuthn PRF). The key is open in memory alone.
const { at } = await import(document.getElementById("m-at").href);
const { get, put } = await import(at("store"));
const { bytes, told, utf8, text } = await import(at("bytes"));

export const ITERATIONS = 600000;
export const PASSPHRASE_MIN = 10;
const OPEN_MS = 15 * 60 * 1000;
const WRONG_MAX = 5;
const subtle = crypto.subtle;
const random = (count) => crypto.getRandomValues(new Uint8Array(count));

let open = null;
let pin = null;
let shut = null; // When the screen was locked, by a clock that nobody sets.

async function stretched(words, salt, iterations = ITERATIONS) {
  const from = await subtle.importKey("raw", utf8(words), "PBKDF2", false, ["deriveKey"]);
  return subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations }, from,
    { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"],
  );
}

async function wrapped(key, by, rest) {
  const iv = random(12);
  const raw = await subtle.wrapKey("raw", key, by, { name: "AES-GCM", iv });
  return { ...rest, iv: told(iv), wrapped: told(raw) };
}

const unwrapped = (lock, by, mayLeave = false) => subtle.unwrapKey(
  "raw", bytes(lock.wrapped), by, { name: "AES-GCM", iv: bytes(lock.iv) },
  { name: "AES-GCM" }, mayLeave, ["encrypt", "decrypt"],
);

// A new device: its signing key, which no script can read out, and the key of what it holds.
export async function begin(passphrase) {
  if ([...passphrase].length < PASSPHRASE_MIN) throw new Error("passphrase");
  const salt = random(16);
  const by = await stretched(passphrase, salt);
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const lock = await wrapped(key, by, { salt: told(salt), iterations: ITERATIONS });
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const device = {
    device: `d-${crypto.randomUUID()}`, sign: pair.privateKey,
    public_key: told(await subtle.exportKey("raw", pair.publicKey)),
  };
  await put("meta", device, "device");
  await put("meta", lock, "lock");
  open = await unwrapped(lock, by);
  return device;
}

export async function unlock(passphrase) {
  const lock = await get("meta", "lock");
  const by = await stretched(passphrase, bytes(lock.salt), lock.iterations);
  open = await unwrapped(lock, by).catch(() => { throw new Error("passphrase"); });
  shut = null;
}

export const isOpen = () => open !== null && shut === null;
export const drop = () => { open = pin = shut = null; };

// Six digits re-open what is still in memory, for a quarter of an hour: alone they fall to search.
export async function setPin(digits) {
  if (!/^\d{6}$/.test(digits)) throw new Error("pin");
  const salt = random(16);
  pin = { salt, mark: await marked(digits, salt), wrong: 0 };
}

async function marked(digits, salt) {
  const from = await subtle.importKey("raw", utf8(digits), "PBKDF2", false, ["deriveBits"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 100000 };
  return told(await subtle.deriveBits(way, from, 256));
}

export function lock() {
  if (!pin) return drop();
  shut ??= performance.now();
}

export const pinOpens = () => open !== null && pin !== null && shut !== null &&
  performance.now() - shut < OPEN_MS;

export async function reopen(digits) {
  if (!pinOpens()) { drop(); throw new Error("passphrase"); }
  if ((await marked(digits, pin.salt)) !== pin.mark) {
    pin.wrong += 1;
    if (pin.wrong >= WRONG_MAX) { drop(); throw new Error("passphrase"); }
    throw new Error("pin");
  }
  pin.wrong = 0;
  shut = null;
}

// The phone's own lock opens it too, where its browser derives a secret from it.
async function secretOf(credential) {
  const found = credential?.getClientExtensionResults?.().prf?.results?.first;
  if (!found) return null;
  const from = await subtle.importKey("raw", found, "HKDF", false, ["deriveKey"]);
  const way = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("suixin/agent/1") };
  return subtle.deriveKey(way, from, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

export async function addPhoneLock(passphrase) {
  if (!window.PublicKeyCredential) return false;
  const salt = random(32);
  const made = await navigator.credentials.create({ publicKey: {
    challenge: random(32), rp: { name: "Suixin" },
    user: { id: random(16), name: "agent", displayName: "agent" },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
    authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
    extensions: { prf: { eval: { first: salt } } },
  } });
  const rest = { id: told(made.rawId), prf: told(salt) };
  const by = (await secretOf(made)) ?? (await secretOf(await asked(rest)));
  if (!by) return false;
  const lock = await get("meta", "lock");
  const own = await stretched(passphrase, bytes(lock.salt), lock.iterations);
  const key = await unwrapped(lock, own, true).catch(() => { throw new Error("passphrase"); });
  await put("meta", await wrapped(key, by, rest), "phone-lock");
  return true;
}

const asked = (lock) => navigator.credentials.get({ publicKey: {
  challenge: random(32), userVerification: "required",
  allowCredentials: [{ type: "public-key", id: bytes(lock.id) }],
  extensions: { prf: { eval: { first: bytes(lock.prf) } } },
} });

export async function unlockByPhone() {
  const lock = await get("meta", "phone-lock");
  const by = lock && (await secretOf(await asked(lock)));
  if (!by) throw new Error("passphrase");
  open = await unwrapped(lock, by);
  shut = null;
}

// What is kept on the device, under its key.
export async function hidden(value) {
  if (!isOpen()) throw new Error("locked");
  const iv = random(12);
  const data = await subtle.encrypt({ name: "AES-GCM", iv }, open, utf8(JSON.stringify(value)));
  return { iv, data };
}

export async function shown(kept) {
  if (!isOpen()) throw new Error("locked");
  return JSON.parse(text(await subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, open, kept.data)));
}

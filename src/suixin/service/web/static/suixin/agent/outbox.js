// What was done without a network, in one row: sealed to the institution, chained and signed. The
// device itself cannot read it any more.
const { at } = await import(document.getElementById("m-at").href);
const { get, within } = await import(at("store"));
const { bytes, canonical, joined, sha256, told, utf8, uuid7 } = await import(at("bytes"));
const { hidden } = await import(at("keys"));

export const WAITING_MAX = 500;
const PHOTO_PIXELS = 1600;
const PHOTO_BYTES = 300 * 1024;
const FREE_BYTES = 50 * 1024 * 1024;
const SEALED = utf8("suixin/station-operation/1");
const subtle = crypto.subtle;
export const boot = crypto.randomUUID();
export const ran = () => Math.floor(performance.now());

// To the institution's key: an own point for each, ECDH, HKDF, AES-256-GCM.
export async function sealed(plain, about, serverKey) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const own = await subtle.generateKey(curve, false, ["deriveBits"]);
  const point = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
  const server = await subtle.importKey("raw", bytes(serverKey), curve, false, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: server }, own.privateKey, 256);
  const from = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const way = { name: "HKDF", hash: "SHA-256", salt: point, info: SEALED };
  const key = await subtle.deriveKey(way, from, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const more = utf8(about);
  const data = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: more }, key, plain);
  return joined(point, iv, data);
}

// Add what was done; its draft goes in the same transaction. Two tabs come one after the other, and
// the seq is taken where it is written: whoever was overtaken signs anew.
export async function add({ kind, entity, form, label, base = "", photos = [], draft = "" }) {
  const device = await get("meta", "device");
  const enrolment = await get("meta", "enrolment");
  if (!enrolment) throw new Error("not-enrolled");
  const op_id = uuid7();
  const seal = told(await sealed(
    utf8(JSON.stringify(form)), `${device.device}/${op_id}/${kind}`, enrolment.server_key));
  const kept = await hidden({ label, kind, entity });
  const when = { wall_at: new Date().toISOString(), mono_ms: ran() };
  return navigator.locks.request("suixin-outbox", async () => {
    for (;;) {
      const tail = (await get("meta", "tail")) ?? { seq: 0, hash: "" };
      const op = {
        op_id, device: device.device, seq: tail.seq + 1, prev_hash: tail.hash, kind,
        entity_id: entity, base_version: base, ...when, boot_id: boot, agent: enrolment.agent,
        form_version: enrolment.form_version, key: enrolment.key, sealed: seal,
        photo_hashes: photos,
      };
      const raw = utf8(canonical(op));
      const hash = await sha256(raw);
      const mark = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, device.sign, raw);
      const line = { seq: op.seq, op: { ...op, signature: told(mark) }, hash, kept, entity };
      if (await placed(tail, line, draft)) return line;
    }
  });
}

const placed = (tail, line, draft) =>
  within(["meta", "outbox", "drafts"], "readwrite", async (store, ask) => {
    const now = (await ask(store("meta").get("tail"))) ?? { seq: 0, hash: "" };
    if (now.seq !== tail.seq || now.hash !== tail.hash) return false;
    if ((await ask(store("outbox").count())) >= WAITING_MAX) throw new Error("outbox-full");
    await ask(store("outbox").add(line));
    await ask(store("meta").put({ seq: line.seq, hash: line.hash }, "tail"));
    if (draft) await ask(store("drafts").delete(draft));
    return true;
  });

// A photograph, as small as it may be and still be read; sealed before it is kept.
export async function photo(file) {
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota - usage < FREE_BYTES) throw new DOMException("full", "QuotaExceededError");
  const device = await get("meta", "device");
  const enrolment = await get("meta", "enrolment");
  const raw = await smaller(file);
  const data = await sealed(raw, `${device.device}/paper`, enrolment.server_key);
  const hash = await sha256(data);
  await within(["photos"], "readwrite", (store, ask) =>
    ask(store("photos").put({ hash, data, whole: false })));
  return hash;
}

async function smaller(file) {
  const seen = await createImageBitmap(file);
  let scale = Math.min(1, PHOTO_PIXELS / Math.max(seen.width, seen.height));
  for (let quality = 0.85; ; quality -= 0.12) {
    if (quality < 0.4) { quality = 0.7; scale *= 0.75; }
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(seen.width * scale)), Math.max(1, Math.round(seen.height * scale)));
    canvas.getContext("2d").drawImage(seen, 0, 0, canvas.width, canvas.height);
    const made = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (made.size <= PHOTO_BYTES) return new Uint8Array(await made.arrayBuffer());
  }
}

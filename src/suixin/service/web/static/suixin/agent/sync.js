// Sending and following, one tab at a time. What was acknowledged is forgotten; nothing else is.
const { at } = await import(document.getElementById("m-at").href);
const { all, erase, get, put, within } = await import(at("store"));
const { boot, ran } = await import(at("outbox"));
const { hidden, isOpen } = await import(at("keys"));

const API = "/api/v1";
const token = () => document.cookie.match(/(?:^|; )suixin_csrf=([^;]+)/)?.[1] ?? "";

export class Refused extends Error {
  constructor(status, told) {
    super(told.code ?? String(status));
    this.status = status;
    this.code = told.code ?? "";
    this.errors = told.errors ?? [];
  }
}

export async function asked(path, { method = "GET", body, headers = {} } = {}) {
  const sent = { "X-CSRFToken": token(), ...headers };
  let content = body;
  if (body !== undefined && !(body instanceof Uint8Array)) {
    content = JSON.stringify(body);
    sent["Content-Type"] = "application/json";
    sent["Idempotency-Key"] = crypto.randomUUID();
  }
  const answer = await fetch(API + path, { method, body: content, headers: sent, cache: "no-store" });
  if (answer.status === 423) {
    await erase();
    throw new Refused(423, { code: "DEVICE_REVOKED" });
  }
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

export const json = async (path, options) => (await asked(path, options)).json();

// Whether two people have enrolled this device yet; what it needs is then kept.
export async function enrolled() {
  const device = await get("meta", "device");
  const found = await json(`/devices/${device.device}`);
  if (found.device.standing === "enrolled") await put("meta", found, "enrolment");
  return found;
}

export async function announce(title) {
  const { device, public_key } = await get("meta", "device");
  return json("/devices", { method: "POST", body: { device, public_key, title } });
}

// Send all that waits, then papers, then look what changed. `more` tells how far it is.
export const sync = (more = () => {}) =>
  navigator.locks.request("suixin-sync", { ifAvailable: true }, async (lock) => {
    if (!lock) return null;
    const found = await enrolled();
    if (found.device.standing === "announced") throw new Refused(403, { code: "NOT_ENROLLED" });
    const pushed = await push(found, more);
    if (await upload(found, more)) await send(found, []);
    await pull(found);
    // How long it is since is told by this moment, not by what the clock says of the year.
    await put("meta", { wall: Date.now(), seen: Date.now(), server: found.server_at }, "met");
    return pushed;
  });

async function push(found, more) {
  let clockOff = false;
  let from = 0;
  for (;;) {
    const batch = part((await all("outbox")).filter((one) => one.seq > from), found);
    if (!batch.length && from) return { clockOff };
    let told;
    try {
      told = await send(found, batch);
    } catch (fault) {
      if (fault.code !== "SEQ_GAP") throw fault;
      const wanted = Number(fault.errors[0].expected);
      // The service lacks one that is still here: go back to it. Else it is a person's matter.
      if (!batch.length || wanted > batch[0].seq || !(await get("outbox", wanted))) throw fault;
      from = wanted - 1;
      continue;
    }
    clockOff ||= told.clock_off;
    await keep(told);
    more({ sent: told.ack_seq });
    if (!batch.length) return { clockOff };
    from = batch.at(-1).seq;
  }
}

function part(waiting, found) {
  const made = [];
  let size = 0;
  for (const one of waiting) {
    size += one.op.sealed.length;
    if (made.length >= found.operations || (made.length && size > found.operation_bytes)) break;
    made.push(one);
  }
  return made;
}

const send = (found, batch) => json("/sync/push", { method: "POST", body: {
  device: found.device.device, wall_at: new Date().toISOString(), mono_ms: ran(), boot_id: boot,
  operations: batch.map((one) => one.op),
} });

// What came of each is noted, and it leaves the outbox, in one transaction.
const keep = (told) => within(["outbox", "outcomes"], "readwrite", async (store, ask) => {
  for (const one of told.results) {
    const line = await ask(store("outbox").get(one.seq));
    const outcome = one.outcome === "duplicate" ? one.was : one.outcome;
    if (line && line.op.op_id === one.op_id && one.seq <= told.ack_seq) {
      await ask(store("outcomes").put({ ...one, outcome, kept: line.kept, entity: line.entity }));
      await ask(store("outbox").delete(one.seq));
    }
  }
});

// Papers, by tus 1.0: each goes on where it was cut.
async function upload(found, more) {
  let any = false;
  for (const { hash, data, whole } of await all("photos")) {
    if (whole) continue;
    const meta = Object.entries({ device: found.device.device, sha256: hash })
      .map(([name, value]) => `${name} ${btoa(value)}`).join(",");
    const begun = await asked("/uploads", { method: "POST", headers: {
      "Tus-Resumable": "1.0.0", "Upload-Length": String(data.length), "Upload-Metadata": meta } });
    const place = begun.headers.get("Location").replace(API, "");
    let offset = Number(begun.headers.get("Upload-Offset"));
    while (offset < data.length) {
      const piece = data.slice(offset, offset + found.piece_bytes);
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", piece));
      const answer = await asked(place, { method: "PATCH", body: piece, headers: {
        "Tus-Resumable": "1.0.0", "Upload-Offset": String(offset),
        "Content-Type": "application/offset+octet-stream",
        "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...sum))}` } });
      offset = Number(answer.headers.get("Upload-Offset"));
      more({ uploaded: Math.round((100 * offset) / data.length) });
    }
    any = true;
    await put("photos", { hash, data: new Uint8Array(), whole: true });
  }
  return any;
}

// What changed in the agent's villages; what left them is forgotten here too.
async function pull(found) {
  let told;
  do {
    const cursor = (await get("meta", "cursor")) ?? "";
    const query = new URLSearchParams({ device: found.device.device, cursor });
    told = await json(`/sync/pull?${query}`);
    if (!isOpen()) return;
    const lines = [];
    for (const one of told.households) lines.push({ party: one.party, kept: await hidden(one) });
    const rest = await hidden({ tasks: told.tasks, conflicts: told.conflicts,
      commissions: told.commissions });
    await within(["meta", "households", "outcomes", "reference"], "readwrite", async (store, ask) => {
      if (told.reset) await ask(store("households").clear());
      for (const party of told.gone) await ask(store("households").delete(party));
      for (const line of lines) await ask(store("households").put(line));
      for (const one of told.outcomes) {
        const known = await ask(store("outcomes").get(one.op_id));
        if (known) await ask(store("outcomes").put({ ...known, ...one }));
      }
      await ask(store("reference").put(rest, "day"));
      await ask(store("meta").put(told.next, "cursor"));
    });
  } while (told.more);
}

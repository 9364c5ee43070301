// Bytes, texts and hashes in the forms that the protocol has them.
const coder = new TextEncoder();
export const utf8 = (text) => coder.encode(text);
export const text = (raw) => new TextDecoder().decode(raw);

export function told(raw) {
  let letters = "";
  for (const one of new Uint8Array(raw)) letters += String.fromCharCode(one);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export const bytes = (words) =>
  Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

export const hex = (raw) =>
  Array.from(new Uint8Array(raw), (one) => one.toString(16).padStart(2, "0")).join("");

export const sha256 = async (raw) => hex(await crypto.subtle.digest("SHA-256", raw));

// RFC 8785 for what an operation holds: texts, whole numbers, lists.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

// A time-ordered id (UUIDv7); its time is never trusted by the service.
export function uuid7() {
  const raw = crypto.getRandomValues(new Uint8Array(16));
  const now = BigInt(Math.max(0, Math.floor(Date.now())));
  for (let place = 0; place < 6; place += 1) raw[place] = Number((now >> BigInt(40 - 8 * place)) & 255n);
  raw[6] = (raw[6] & 15) | 112;
  raw[8] = (raw[8] & 63) | 128;
  const all = hex(raw);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join("-");
}

export function joined(...parts) {
  const made = new Uint8Array(parts.reduce((sum, one) => sum + one.byteLength, 0));
  let place = 0;
  for (const one of parts) { made.set(new Uint8Array(one), place); place += one.byteLength; }
  return made;
}

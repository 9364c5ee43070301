// What the agent sees: one screen at a time, by the address's end. Words stand in the page.
const { at } = await import(document.getElementById("m-at").href);
const { all, get } = await import(at("store"));
const { shown } = await import(at("keys"));

export const find = (id) => document.getElementById(id);
const said = new Map([...document.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]));
export const words = (code, more = {}) => {
  const found = said.get(code) ?? `${said.get("OTHER")} ${code}`;
  return found.replace(/\{(\w+)\}/g, (_, name) => more[name] ?? "");
};

export function made(tag, content = "", name = "") {
  const one = document.createElement(tag);
  one.append(...[content].flat());
  if (name) one.className = name;
  return one;
}

// One screen is shown; its title is the page's heading, which is read out first.
export function screen(name) {
  for (const one of document.querySelectorAll("[data-screen]")) one.hidden = one.dataset.screen !== name;
  const now = document.querySelector(`[data-screen="${name}"]`);
  find("title").textContent = now.dataset.title;
  find("back").hidden = ["home", "begin", "waiting", "unlock", "pin", "receipt"].includes(name);
  document.title = document.title.replace(/^.*(?= · )/, now.dataset.title);
  return now;
}

export function tell(code, kind = "good", more = {}) {
  find("told").replaceChildren(...(code ? [made("div", made("p", words(code, more)), `notice ${kind}`)] : []));
}

export const facts = (place, lines) => find(place).replaceChildren(...lines
  .filter(([, text]) => text)
  .map(([name, text]) => made("div", [made("dt", name), made("dd", text)])));

function listed(place, items) {
  find(`${place}-list`)?.replaceChildren(...items);
  const none = find(`${place}-none`);
  if (none) none.hidden = items.length > 0;
}

const tag = (outcome) => made("span", words(outcome),
  `tag ${{ applied: "good", waiting: "info", held: "warn", conflict: "warn", refused: "stop" }[outcome] ?? "idle"}`);
const yuan = (fen) => `¥${(fen / 100).toLocaleString("en", { minimumFractionDigits: 2 })}`;
export const local = (moment) => new Date(moment).toLocaleString(document.documentElement.lang,
  { hour12: false, timeZone: "Asia/Shanghai" });

async function opened(one) {
  return one.kept ? shown(one.kept).catch(() => ({ label: "" })) : { label: "" };
}

// The households that are here, and those whose registration waits to be sent.
export async function households() {
  const there = [];
  for (const line of await all("households")) there.push(await shown(line.kept));
  const known = new Set(there.map((one) => one.party));
  for (const store of ["outbox", "outcomes"]) {
    for (const line of await all(store)) {
      const kept = await opened(line);
      const same = line.result?.same_as;
      if (kept.kind !== "register" || known.has(line.entity) || line.outcome === "refused" || same) continue;
      known.add(line.entity);
      there.push({ party: line.entity, name: kept.label, village: "", phone_end: "", consents: [], versions: {} });
    }
  }
  return there;
}

export async function drawHouseholds(wanted = "") {
  const found = (await households()).filter((one) => `${one.name}${one.phone_end}`.includes(wanted));
  listed("households", found.map((one) => {
    const link = made("a", one.name || one.party);
    link.href = `#household/${encodeURIComponent(one.party)}`;
    return made("li", [link, made("p", one.phone_end ? `…${one.phone_end}` : words("WAITS"), "small quiet")]);
  }));
}

export async function drawHousehold(party) {
  const one = (await households()).find((line) => line.party === party);
  if (!one) return null;
  facts("household-facts", [
    [words("NAME"), one.name], [words("PHONE"), one.phone_end && `…${one.phone_end}`],
    [words("VILLAGE"), one.village],
    [words("CONSENTS"), one.consents.map(([, purpose, until]) => `${words(`p-${purpose}`)} ${until}`).join("；") || words("NONE")],
  ]);
  return one;
}

const day = async () => {
  const kept = await get("reference", "day");
  return kept ? shown(kept) : { tasks: [], conflicts: [], commissions: [] };
};

export async function drawHome() {
  const waiting = await all("outbox");
  const { tasks } = await day();
  find("count-waiting").textContent = String(waiting.length);
  find("count-tasks").textContent = String(tasks.filter((one) => !one.done).length);
  const met = await get("meta", "met");
  find("met").textContent = met ? words("MET", { at: local(met.server) }) : words("NEVER_MET");
}

export async function drawTasks(finish) {
  const { tasks } = await day();
  const sending = new Set();
  for (const line of await all("outbox")) {
    const kept = await opened(line);
    if (kept.kind === "task") sending.add(kept.label);
  }
  listed("tasks", tasks.map((one) => {
    const done = one.done || sending.has(one.task);
    const what = one.kind === "papers" ? words("TASK_PAPERS") : one.words;
    const line = made("li", [made("b", what), made("p", words("DUE", { on: one.due_on }), "small quiet")], done ? "" : "still");
    if (done) line.append(tag("applied"));
    else if (one.kind !== "papers") {
      const button = made("button", words("TASK_DONE"), "button second");
      button.addEventListener("click", () => finish(one));
      line.append(button);
    }
    return line;
  }));
}

export async function drawSent() {
  const lines = [];
  for (const one of (await all("outbox")).reverse()) lines.push([one, "waiting"]);
  const ended = (await all("outcomes")).sort((a, b) => b.seq - a.seq);
  for (const one of ended.slice(0, 200)) lines.push([one, one.outcome]);
  listed("sent", await Promise.all(lines.map(async ([one, outcome]) => {
    const kept = await opened(one);
    const line = made("li", [made("b", `${words(`k-${kept.kind}`)} ${kept.kind === "task" ? "" : kept.label}`), " ", tag(outcome)]);
    if (one.code) line.append(made("p", words(one.code), "small"));
    if (one.time_uncertain) line.append(made("p", words("UNCERTAIN"), "small quiet"));
    return line;
  })));
  const { conflicts } = await day();
  const own = (await get("meta", "enrolment"))?.agent;
  listed("conflicts", conflicts.map((one) => {
    const line = made("li", [made("b", words(`c-${one.kind}`)), " ", tag(one.standing === "open" ? "conflict" : "applied")]);
    line.append(made("p", words(one.agents.length > 1 ? "BOTH_TOLD" : "ONE_TOLD", { at: local(one.raised_at), party: one.party }), "small"));
    if (one.verdict) line.append(made("p", `${words(`v-${one.verdict}`)} ${one.settled_why}`, "small"));
    line.dataset.own = String(one.agents.includes(own));
    return line;
  }));
}

export async function drawEarned() {
  const { commissions } = await day();
  find("earned-sum").textContent = yuan(commissions.reduce((sum, one) => sum + one.fen, 0));
  listed("earned", commissions.map((one) => made("li", [
    made("b", `${one.fen < 0 ? "−" : "+"}${yuan(Math.abs(one.fen))}`),
    made("p", `${words(`w-${one.kind}`)} ${one.on}`, "small quiet")])));
}

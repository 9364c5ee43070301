// What a page can do better with a script; everything works without it.

// Read the key figures aloud, where the browser can: a button with data-aloud="#what".
const voice = window.speechSynthesis;
for (const button of document.querySelectorAll("[data-aloud]")) {
  if (!voice) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (voice.speaking) return voice.cancel();
    const told = [...document.querySelectorAll(button.dataset.aloud)]
      .map((shown) => shown.innerText.replace(/\s*\n\s*/g, "，")).join("。");
    const speech = new SpeechSynthesisUtterance(told);
    speech.lang = document.documentElement.lang.startsWith("en") ? "en" : "zh-CN";
    speech.rate = 0.9;
    voice.speak(speech);
  });
}
window.addEventListener("pagehide", () => voice?.cancel());

// What is wrong with a form is read first.
document.querySelector(".errors")?.focus();

// A form is sent once.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A part that moves while one looks: by events where they are served, else by asking again.
const live = document.querySelector("[data-poll]");
if (live) {
  const ask = async () => {
    const answer = await fetch(live.dataset.poll).catch(() => null);
    if (answer?.ok && !answer.redirected) live.innerHTML = await answer.text();
  };
  let asking = setInterval(ask, 15000);
  if (live.dataset.live && window.EventSource) {
    const events = new EventSource(live.dataset.live, { withCredentials: true });
    events.addEventListener("open", () => clearInterval(asking));
    events.addEventListener("error", () => {
      clearInterval(asking);
      asking = setInterval(ask, 15000);
    });
    events.addEventListener("moved", (event) => { live.innerHTML = event.data; });
    events.addEventListener("ended", () => { events.close(); clearInterval(asking); });
  }
}

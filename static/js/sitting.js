// The break timer of sitting less: told when somebody sits down, it says when to get up, while its page is open; the
// server is told as well, which says it on phones that were set up, with the page closed. What is kept on this phone is when that was and how many breaks there were today, so that a reload loses nothing.
(() => {
  "use strict";
  const box = document.querySelector("[data-breaks]");
  if (!box) return;
  const { person, zone, lang } = { ...document.documentElement.dataset, lang: document.documentElement.lang };
  const KEY = `waymark-sitting-${person ?? "nobody"}`;
  const AFTER = Number(box.dataset.breaks) * 60000;
  // Nobody sits so long in front of the page: it was forgotten.
  const FORGOTTEN = 4 * 3600000;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const title = document.title;

  const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date());
  const number = (value) => new Intl.NumberFormat(lang).format(value);
  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; } };
  // { since: when somebody sat down or null, day, breaks, told: whether it was said }
  let state = { since: null, day: today(), breaks: 0, told: false, ...read() };
  if (state.day !== today()) state = { ...state, day: today(), breaks: 0 };
  if (state.since && (Date.now() - state.since > FORGOTTEN || state.since > Date.now())) state.since = null;

  const keep = (change) => {
    state = { ...state, ...change };
    try { localStorage.setItem(KEY, JSON.stringify(state)); } catch { /* this page remembers */ }
    show();
  };

  // Two soft tones, allowed because a button was pressed on this page.
  let sound = null;
  const chime = () => {
    if (!sound) return;
    for (const [after, pitch] of [[0, 523], [0.35, 659]]) {
      const tone = sound.createOscillator();
      const loud = sound.createGain();
      const from = sound.currentTime + after;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, from);
      loud.gain.exponentialRampToValueAtTime(0.15, from + 0.05);
      loud.gain.exponentialRampToValueAtTime(0.0001, from + 0.6);
      tone.connect(loud).connect(sound.destination);
      tone.start(from);
      tone.stop(from + 0.65);
    }
  };

  function show() {
    const runs = state.since !== null;
    const left = runs ? AFTER - (Date.now() - state.since) : 0;
    const due = runs && left <= 0;
    part("idle").hidden = runs;
    part("left").hidden = !runs || due;
    part("left").textContent = part("left").dataset.words.replace("{minutes}", number(Math.ceil(left / 60000)));
    part("due").hidden = !due;
    part("count").hidden = state.breaks === 0;
    part("count").textContent = part("count").dataset.words.replace("{number}", number(state.breaks));
    part("start").hidden = runs;
    part("up").hidden = !runs;
    part("stop").hidden = !runs;
    document.title = due ? part("due").dataset.title : title;
    if (due && !state.told) {
      state.told = true;
      try { localStorage.setItem(KEY, JSON.stringify(state)); } catch { /* it may be said again */ }
      chime();
      navigator.vibrate?.([200, 100, 200]);
    }
  }

  const send = (now) => fetch(box.dataset.breaksTo, {
    method: "POST",
    body: new URLSearchParams({ now }),
    headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "" },
    keepalive: true,
  }).catch(() => { /* with no connection, the page says it alone */ });

  const sit = () => {
    try { sound ??= new AudioContext(); } catch { /* silently, then */ }
    keep({ since: Date.now(), told: false });
    send("sits");
  };
  part("start").addEventListener("click", () => { sit(); part("up").focus(); });
  part("up").addEventListener("click", () => {
    keep({ since: null, breaks: (state.day === today() ? state.breaks : 0) + 1, day: today() });
    send("up");
    part("start").focus();
  });
  part("stop").addEventListener("click", () => { keep({ since: null }); send("up"); part("start").focus(); });
  box.hidden = false;
  show();
  setInterval(show, 1000);
  document.addEventListener("visibilitychange", show);
})();

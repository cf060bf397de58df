// Times a walk. What is kept on this phone is when it began, when it paused and went on, as moments of its clock; the
// time walked is computed from them, so that a locked screen, a reload or an empty battery loses nothing.
(() => {
  "use strict";
  const root = document.documentElement;
  const { person, zone, lang } = { ...root.dataset, lang: root.lang };
  const box = document.querySelector("[data-timer]");
  const done = document.querySelector("[data-finished]");
  if (!box || !done) return;
  const form = done.querySelector("form");
  const goal = Number(box.dataset.timer) * 60000;
  // Nobody walks so long by this plan: the timer was forgotten.
  const LONGEST = Math.max(3 * goal, 90 * 60000);
  const KEY = `waymark-walk-${person ?? "nobody"}`;
  const CUES = `waymark-cues-${person ?? "nobody"}`;

  // The store -----------------------------------------------------------------------------------

  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* this page remembers */ } };
  const forget = () => { try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ } };

  // { id, day, spans: [[from, to or null], ...], seen, half, end, finished }
  let walk = read(KEY);
  if (walk && !(Array.isArray(walk.spans) && walk.spans.length && walk.id)) walk = null;

  // A clock that was put back would take minutes away: the walk's moments go back with it. One that was put forward
  // cannot be told from a phone that slept.
  let pulse = null;
  function steady(now) {
    const since = pulse === null ? 0 : performance.now() - pulse;
    const behind = (walk.seen ?? now) + since - now;
    if (behind > 1000) walk.spans = walk.spans.map(([from, to]) => [from - behind, to === null ? null : to - behind]);
    walk.seen = now;
    pulse = performance.now();
  }

  const walked = (now) => walk.spans.reduce((sum, [from, to]) => sum + Math.max(0, (to ?? now) - from), 0);
  const isRunning = () => Boolean(walk && !walk.finished && walk.spans.at(-1)[1] === null);
  const localDay = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(moment);

  // Words ---------------------------------------------------------------------------------------

  const words = document.querySelector("template[data-timer-words]").content;
  const word = (name) => words.querySelector(`[data-word=${name}]`).textContent;
  const coach = [...words.querySelectorAll("[data-word=coach]")].map((line) => line.textContent);
  const number = (value) => new Intl.NumberFormat(lang).format(value);
  const clock = (time) => {
    const seconds = Math.floor(time / 1000);
    const two = (value) => String(value).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  };
  const inMinutes = (time) => Math.max(1, Math.round(time / 60000));

  // Cues ----------------------------------------------------------------------------------------

  const can = { speak: "speechSynthesis" in window, buzz: "vibrate" in navigator };
  const cues = { speak: false, buzz: true, ...read(CUES) };
  for (const name of Object.keys(can)) {
    const label = box.querySelector(`[data-needs=${name}]`);
    label.hidden = !can[name];
    const input = label.querySelector("input");
    input.checked = Boolean(cues[name]);
    input.addEventListener("change", () => {
      cues[name] = input.checked;
      write(CUES, cues);
    });
  }
  const announce = box.querySelector("[data-announce]");
  function cue(name) {
    announce.textContent = word(name);
    if (can.buzz && cues.buzz) navigator.vibrate(name === "end" ? [300, 150, 300, 150, 300] : [300, 150, 300]);
    if (can.speak && cues.speak) {
      const said = new SpeechSynthesisUtterance(word(name));
      said.lang = lang;
      speechSynthesis.speak(said);
    }
  }

  // The screen stays on while one walks, where the browser lets it.
  let lock = null;
  async function stayAwake() {
    if (!isRunning() || document.hidden || lock) return;
    try {
      lock = await navigator.wakeLock?.request("screen") ?? null;
      lock?.addEventListener("release", () => { lock = null; });
    } catch { lock = null; }
  }
  function mayRest() {
    lock?.release().catch(() => {});
    lock = null;
  }

  // The face ------------------------------------------------------------------------------------

  const part = (name) => box.querySelector(`[data-${name}]`);
  const ring = box.querySelector(".timer__done");
  const show = (what, on) => { box.querySelector(`[data-do=${what}]`).hidden = !on; };
  let saidMinutes = -1;

  function paint() {
    const state = !walk ? "ready" : walk.finished ? "finished" : isRunning() ? "running" : "paused";
    box.hidden = state === "finished";
    done.classList.toggle("is-open", state === "finished");
    show("start", state === "ready");
    show("pause", state === "running");
    show("resume", state === "paused");
    show("finish", state === "running" || state === "paused");
    show("discard", state === "running" || state === "paused");
    if (state === "finished") return;
    const time = walk ? walked(walk.seen) : 0;
    box.dataset.state = state === "running" && time >= goal ? "over" : state;
    part("clock").textContent = clock(time);
    ring.setAttribute("stroke-dasharray", `${Math.min(100, time / goal * 100).toFixed(2)} 100`);
    const minutes = Math.floor(time / 60000);
    if (minutes !== saidMinutes && walk) {
      saidMinutes = minutes;
      part("spoken").textContent = word("minutes").replace("{minutes}", number(minutes));
    }
    if (state === "paused") part("line").textContent = word("paused");
    else if (state === "running") {
      part("line").textContent = walk.end ? word("end")
        : walk.half && time < goal / 2 + 60000 ? word("half")
        : coach[Math.floor(minutes / 2) % coach.length];
    }
  }

  function tick() {
    if (!isRunning()) return;
    steady(Date.now());
    const time = walked(walk.seen);
    if (!walk.half && time >= goal / 2) {
      walk.half = true;
      if (time < goal) cue("half");
    }
    if (!walk.end && time >= goal) {
      walk.end = true;
      cue("end");
    }
    write(KEY, walk);
    paint();
  }

  // What one can do -----------------------------------------------------------------------------

  const keep = () => {
    write(KEY, walk);
    paint();
    if (isRunning()) stayAwake(); else mayRest();
  };
  const act = {
    start() {
      const now = Date.now();
      walk = { id: crypto.randomUUID(), day: localDay(now), spans: [[now, null]], seen: now };
      pulse = null;
      keep();
      box.querySelector("[data-do=pause]").focus();
    },
    pause() {
      steady(Date.now());
      walk.spans.at(-1)[1] = walk.seen;
      keep();
      box.querySelector("[data-do=resume]").focus();
    },
    resume() {
      steady(Date.now());
      walk.spans.push([walk.seen, null]);
      keep();
      box.querySelector("[data-do=pause]").focus();
    },
    finish() {
      steady(Date.now());
      if (isRunning()) walk.spans.at(-1)[1] = walk.seen;
      walk.finished = true;
      keep();
      hand();
    },
    "go-on"() {
      steady(Date.now());
      walk.finished = false;
      walk.spans.push([walk.seen, null]);
      keep();
      box.querySelector("[data-do=pause]").focus();
    },
    discard() {
      forget();
      walk = null;
      mayRest();
      part("line").textContent = coach[0];
      paint();
      box.querySelector("[data-do=start]").focus();
    },
    "throw-away"() { act.discard(); },
  };
  for (const button of document.querySelectorAll("[data-timer] [data-do], [data-finished] [data-do]")) {
    button.addEventListener("click", () => act[button.dataset.do]());
    button.disabled = false; // as the page comes, it is not: a tap before this line would be lost
  }

  // A walk that is over goes to the log: the same one however often it is finished or sent.
  function hand() {
    const time = walked(walk.seen);
    const forgot = time > LONGEST;
    const minutes = forgot ? Math.round(goal / 60000) : inMinutes(time);
    form.elements.minutes.value = minutes;
    form.elements.client_id.value = walk.id;
    const day = form.elements.day;
    if ([...day.options].some((option) => option.value === walk.day)) day.value = walk.day;
    const note = done.querySelector(forgot ? "[data-forgot]" : "[data-finished-note]");
    done.querySelector(forgot ? "[data-finished-note]" : "[data-forgot]").hidden = true;
    const text = note.querySelector("[data-words]");
    text.textContent = text.dataset.words.replace("{minutes}", number(minutes)).replace("{time}", clock(time));
    note.hidden = false;
    done.querySelector("[data-after]").hidden = false;
    note.focus();
  }
  form.addEventListener("submit", () => {
    // The log keeps it from here on, with a connection or without.
    if (walk?.finished && form.elements.client_id.value === walk.id) forget();
  });

  // Beginning where it was left -----------------------------------------------------------------

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    tick();
    stayAwake();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  if (walk) steady(Date.now());
  paint();
  if (walk?.finished) hand();
  tick();
  stayAwake();
  setInterval(tick, 1000);
})();

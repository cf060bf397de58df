// Logging walks with no connection: forms marked data-walk are kept on this phone if they cannot be sent, and shown
// until they are. With a connection a form goes to its own address, and the server answers as it does without scripts.
(() => {
  "use strict";
  const root = document.documentElement;
  const { person, saved, sync, zone, lang } = { ...root.dataset, lang: root.lang };
  const box = document.querySelector("[data-unsent]");
  if (!person || !box || !("indexedDB" in window)) return;
  const template = document.querySelector("template[data-unsent-walk]");
  const list = box.querySelector("ul");

  // Words ---------------------------------------------------------------------------------------

  const localDay = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(moment);
  const dayName = (day) => {
    const ago = Math.round((Date.parse(day) - Date.parse(localDay(new Date()))) / 86400000);
    if (ago === 0 || ago === -1) return new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(ago, "day");
    const style = { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" };
    return new Intl.DateTimeFormat(lang, style).format(Date.parse(day));
  };
  const minutesIn = (minutes) => (
    new Intl.NumberFormat(lang, { style: "unit", unit: "minute", unitDisplay: "long" }).format(minutes)
  );
  const inWords = ({ day, minutes, what }) => `${what ?? minutesIn(minutes)}, ${dayName(day)}`;

  // The list ------------------------------------------------------------------------------------

  const hint = (name) => {
    for (const line of box.querySelectorAll("[data-hint]")) line.hidden = line.dataset.hint !== name;
  };

  function item(walk) {
    const li = template.content.firstElementChild.cloneNode(true);
    const part = (name) => li.querySelector(`[data-${name}]`);
    for (const each of li.querySelectorAll("[data-what]")) each.textContent = (each.closest("button") ? ": " : "") + inWords(walk);
    if (!walk.companion) part(`kind=${walk.removed ? "remove" : walk.walk ? "correct" : "log"}`).hidden = false;
    const isConflict = walk.state === "conflict" && walk.theirs;
    if (walk.state === "refused") {
      part("message").textContent = walk.message;
      part("message").hidden = false;
    }
    part("conflict").hidden = !isConflict;
    part("buttons").hidden = Boolean(isConflict);
    if (isConflict) {
      part("mine").textContent = walk.removed ? "" : inWords(walk);
      part("mine-removed").hidden = !walk.removed;
      part("theirs").textContent = walk.theirs.removed ? "" : inWords(walk.theirs);
      part("theirs-removed").hidden = !walk.theirs.removed;
    }
    const edit = part("edit");
    const button = (name) => li.querySelector(`[data-do=${name}]`);
    button("edit").hidden = Boolean(walk.removed || walk.companion);
    const editing = (on) => {
      edit.hidden = !on;
      part("buttons").hidden = on;
      (on ? edit.elements.minutes : button("edit")).focus();
    };
    button("edit").addEventListener("click", () => {
      edit.elements.minutes.value = walk.minutes;
      edit.elements.day.value = walk.day;
      edit.elements.day.max = localDay(new Date());
      editing(true);
    });
    button("cancel").addEventListener("click", () => editing(false));
    edit.addEventListener("submit", async (event) => {
      event.preventDefault();
      edit.hidden = true;
      await change({ ...walk, minutes: Number(edit.elements.minutes.value), day: edit.elements.day.value });
    });
    button("drop").addEventListener("click", async () => {
      // One that may have arrived is taken out there, too.
      if (walk.tried && !walk.walk && walk.state === "wait") await change({ ...walk, removed: true });
      else await waymarkUnsent.drop(walk.order);
      box.querySelector("#unsent-title").focus();
    });
    button("mine").addEventListener("click", () => change({ ...walk, walk: walk.theirs.pk, base: walk.theirs.base }));
    button("theirs").addEventListener("click", async () => {
      await waymarkUnsent.drop(walk.order);
      refresh(true);
    });
    return li;
  }

  async function change(walk) {
    await waymarkUnsent.put({ ...walk, state: "wait", message: "", theirs: null });
    await deliver();
  }

  async function show() {
    const walks = await waymarkUnsent.all(person);
    // Not while somebody is typing there.
    if (!list.querySelector("form:not([hidden])")) list.replaceChildren(...walks.map(item));
    box.hidden = walks.length === 0;
    return walks.length;
  }

  // Sending -------------------------------------------------------------------------------------

  const showsWalks = document.querySelector("form[data-walk], .week, .walks:not([data-unsent] .walks)");
  const refresh = (changed) => {
    if (!(changed && showsWalks) && !saved) return;
    try { sessionStorage.setItem("waymark-sent", "1"); } catch { /* no note, then */ }
    location.replace(location.pathname);
  };

  async function deliver() {
    hint("wait");
    const came = await waymarkUnsent.send(person, sync);
    if (came === "signed-out") hint("signed-out");
    if (came !== "sent") await show();
    if (came === "offline") {
      try { await (await navigator.serviceWorker?.ready)?.sync?.register("waymark-walks"); } catch { /* the next visit sends */ }
    }
    return came;
  }

  // Forms ---------------------------------------------------------------------------------------

  // What a companion's form would send, all in texts; the row's id takes the place of the form's.
  const inCompanion = ({ dataset: { companion, what, task } }, given) => {
    const { csrfmiddlewaretoken, client_id, ...answers } = Object.fromEntries(given);
    return { companion, what, answers: { ...answers, ...(task && { task }) } };
  };

  function written(form) {
    const { walk: kind, walkPk, base, day, minutes } = form.dataset;
    const given = new FormData(form);
    const number = (name) => (given.get(name) ? Number(given.get(name)) : null);
    return {
      id: given.get("client_id") || crypto.randomUUID(),
      person,
      day: given.get("day") || day,
      minutes: number("minutes") ?? Number(minutes),
      pain: number("pain"),
      effort: given.get("effort") ?? "",
      walk: walkPk ? Number(walkPk) : null,
      base: base ?? "",
      removed: kind === "remove",
      ...(form.dataset.companion && inCompanion(form, given)),
    };
  }

  // A second tap on the same button is no second walk: the page has moved meanwhile, and the form still has its values.
  const DOUBLE_TAP = 1000;
  let last = { values: "", at: -DOUBLE_TAP };
  const isDoubleTap = (walk) => {
    const values = JSON.stringify({ ...walk, id: null });
    const doubled = values === last.values && performance.now() - last.at < DOUBLE_TAP;
    last = { values, at: performance.now() };
    return doubled;
  };

  async function keep(form) {
    const walk = written(form);
    if (isDoubleTap(walk)) return;
    await waymarkUnsent.put(walk);
    if (form.elements.client_id) form.elements.client_id.value = crypto.randomUUID();
    hint("wait");
    await show();
    box.scrollIntoView({ block: "start" });
    box.querySelector("#unsent-title").focus({ preventScroll: true });
  }

  // "kept" if the walk waits on this phone now and is to be sent.
  async function submit(form) {
    if (saved || navigator.onLine === false) {
      if (!form.reportValidity()) return "";
      await keep(form);
      // On a copy of a page there may be a connection all the same.
      return "kept";
    }
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal: AbortSignal.timeout(10000) });
    } catch {
      // It may have arrived; the same id again makes it one walk.
      await keep(form);
      return "kept";
    }
    answer.body?.cancel();
    const at = new URL(answer.url);
    if (answer.ok && answer.redirected && !at.pathname.startsWith("/accounts/")) {
      if (at.searchParams.has("saved")) at.hash = `walk-${at.searchParams.get("saved")}`;
      location.assign(at);
      return "";
    }
    // The server has something to say about it: let it say so on its own page.
    if ([200, 404, 409, 422].includes(answer.status) && !answer.redirected) {
      HTMLFormElement.prototype.submit.call(form);
      return "";
    }
    // A stale page, a session that has ended, a server that is down: the walk is safe here meanwhile.
    await keep(form);
    return "kept";
  }

  for (const form of document.querySelectorAll("form[data-walk]")) {
    // A copy of the page was made on another day, and its id may be used up.
    if (saved && form.elements.client_id) form.elements.client_id.value = crypto.randomUUID();
    if (saved && "isToday" in form.dataset && form.elements.day) form.elements.day.value = localDay(new Date());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.busy) return;
      form.dataset.busy = "1";
      let came;
      try { came = await submit(form); } finally { delete form.dataset.busy; }
      // Sending can take a while without a connection, and the form takes the next walk meanwhile.
      if (came === "kept") await deliver();
    });
  }

  waymarkUnsent.watch(async (what) => {
    const left = await show();
    if (what === "sent" && left === 0) refresh(true);
  });
  window.addEventListener("online", deliver);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) deliver(); });
  try {
    if (sessionStorage.getItem("waymark-sent")) {
      sessionStorage.removeItem("waymark-sent");
      document.querySelector("[data-sent]").hidden = false;
    }
  } catch { /* no note, then */ }
  deliver();
})();

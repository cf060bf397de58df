// The question pages: they work without this file. It keeps half-filled answers in this browser until they are sent,
// shows one question at a time to those who like it, and shows a password to who types it.
"use strict";

(() => {
  const PREFIX = "waymark-answers:";
  const ONE_BY_ONE = "waymark-one-question-at-a-time";
  // Answers that nobody came back to are forgotten after so many days.
  const KEPT_FOR = 4 * 24 * 3600 * 1000;
  // Storage may be switched off; the pages work all the same.
  const stored = (storage, key) => {
    try { return window[storage].getItem(key); } catch { return null; }
  };
  const store = (storage, key, value) => {
    try {
      if (value === null) window[storage].removeItem(key);
      else window[storage].setItem(key, value);
    } catch { /* not kept, then */ }
  };

  const each = (use) => {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) use(key);
    } catch { /* nothing was kept */ }
  };

  // Answers that were sent need not be kept.
  for (const page of document.querySelectorAll("[data-answered]")) {
    if (page.dataset.answered !== "*") store("localStorage", PREFIX + page.dataset.answered, null);
    else each((key) => store("localStorage", key, null));
  }
  each((key) => {
    let at = 0;
    try { ({ at } = JSON.parse(stored("localStorage", key))); } catch { /* unreadable */ }
    if (!(Date.now() - at < KEPT_FOR)) store("localStorage", key, null);
  });

  // A password is kept nowhere, not even while it is shown as text.
  const kept = (form) => [...form.elements].filter(
    (e) => e.name && !["hidden", "password", "submit", "button"].includes(e.type) && !e.closest("[data-password]"),
  );

  function keep(form) {
    const answers = {};
    for (const field of kept(form)) {
      if (field.type === "radio" || field.type === "checkbox") {
        answers[field.name] ??= [];
        if (field.checked) answers[field.name].push(field.value);
      } else answers[field.name] = field.value;
    }
    store("localStorage", PREFIX + form.dataset.keep, JSON.stringify({ at: Date.now(), answers }));
  }

  function restore(form) {
    let answers;
    try { ({ answers } = JSON.parse(stored("localStorage", PREFIX + form.dataset.keep))); } catch { /* unreadable */ }
    if (!answers) return;
    let changed = false;
    for (const field of kept(form)) {
      const answer = answers[field.name];
      if (answer === undefined) continue;
      if (field.type === "radio" || field.type === "checkbox") {
        changed ||= field.checked !== answer.includes(field.value);
        field.checked = answer.includes(field.value);
      } else if (field.tagName !== "SELECT" || [...field.options].some((o) => o.value === answer)) {
        changed ||= field.value !== answer;
        field.value = answer;
      }
    }
    const notice = form.querySelector("[data-kept]");
    if (notice && changed) notice.hidden = false;
  }

  for (const form of document.querySelectorAll("form[data-keep]")) {
    // A form that came back with errors shows what was just sent, which is newer than what was kept.
    if (!document.querySelector("[data-focus]")) restore(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("change", () => keep(form));
  }

  // With no connection nothing is sent behind anybody's back: the answers stay, and one tap sends them later. What to do
  // about a warning sign cannot wait, so it is said at once.
  for (const form of document.querySelectorAll("form[data-questions]")) {
    const box = form.querySelector("[data-offline]");
    const part = (name) => box.querySelector(`[data-${name}]`);
    const show = () => {
      const online = navigator.onLine !== false;
      part("no-connection-now").hidden = online;
      part("connection-back").hidden = !online;
      part("send-now").hidden = !online;
      // The server asks for it as well; said here, the answer is there when the connection comes back.
      part("signs-unanswered").hidden = form.querySelector("[data-signs] input:checked") !== null;
    };
    form.addEventListener("submit", (event) => {
      if (navigator.onLine !== false) return;
      event.preventDefault();
      event.stopPropagation();
      keep(form);
      part("offline-signs").hidden = !form.querySelector("[data-signs] input[name=red_flags]:checked");
      box.hidden = false;
      show();
      box.scrollIntoView({ block: "start" });
    });
    form.addEventListener("change", show);
    window.addEventListener("online", show);
    window.addEventListener("offline", show);
  }

  // "None of these" and a sign cannot both be true: ticking one unticks the other.
  for (const group of document.querySelectorAll("[data-signs]")) {
    const none = group.querySelector(".q-none input");
    if (none) group.addEventListener("change", (event) => {
      if (!event.target.checked) return;
      if (event.target === none) {
        for (const sign of group.querySelectorAll("input")) if (sign !== none) sign.checked = false;
      } else none.checked = false;
    });
  }

  // One question at a time, if the person likes it so; the choice is remembered.
  for (const form of document.querySelectorAll("form[data-questions]")) {
    const questions = [...form.querySelectorAll("[data-question]")];
    const part = (name) => form.querySelector(`[data-${name}]`);
    const [single, all] = [part("one-by-one"), part("all")];
    const [back, next, send, progress] = [part("back"), part("next"), part("send"), part("progress")];
    let at = 0;
    let oneByOne = false;

    const show = (focus) => {
      const last = at === questions.length - 1;
      questions.forEach((question, number) => { question.hidden = oneByOne && number !== at; });
      back.hidden = !oneByOne || at === 0;
      next.hidden = !oneByOne || last;
      send.hidden = oneByOne && !last;
      progress.hidden = !oneByOne;
      progress.textContent = progress.dataset.progress.replace("{number}", at + 1).replace("{total}", questions.length);
      single.hidden = oneByOne;
      all.hidden = !oneByOne;
      if (!focus) return;
      const legend = questions[at].querySelector(".q-legend");
      legend.tabIndex = -1;
      legend.focus({ preventScroll: true });
      (oneByOne ? progress : questions[at]).scrollIntoView({ block: "start" });
    };
    const choose = (way) => {
      oneByOne = way;
      store("localStorage", ONE_BY_ONE, way ? "yes" : null);
      show(true);
      (way ? all : single).focus();
    };
    single.addEventListener("click", () => { at = 0; choose(true); });
    single.disabled = false; // as the page comes, it is not: a tap before this line would be lost
    all.addEventListener("click", () => choose(false));
    back.addEventListener("click", () => { at -= 1; show(true); });
    next.addEventListener("click", () => { at += 1; show(true); });
    // Enter goes on to the next question while there is one, instead of sending half the answers.
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !oneByOne || next.hidden || !event.target.matches("input")) return;
      event.preventDefault();
      next.click();
    });
    oneByOne = stored("localStorage", ONE_BY_ONE) === "yes";
    const wrong = questions.findIndex((question) => question.querySelector(".error"));
    at = Math.max(wrong, 0);
    show(false);
    for (const link of document.querySelectorAll(".errors a")) {
      link.addEventListener("click", () => {
        const target = document.getElementById(link.hash.slice(1));
        const number = questions.findIndex((question) => question.contains(target));
        if (number >= 0) { at = number; show(false); }
      });
    }
  }

  for (const holder of document.querySelectorAll("[data-password]")) {
    const field = holder.querySelector("input");
    const button = holder.querySelector("button");
    const { textContent: toShow, dataset: { hide: toHide } } = button;
    button.addEventListener("click", () => {
      field.type = field.type === "password" ? "text" : "password";
      button.textContent = field.type === "password" ? toShow : toHide;
    });
    button.disabled = false; // as the page comes, it is not: a tap before this line would be lost
    // A password in plain sight is not offered to the browser as text to remember.
    field.form.addEventListener("submit", () => { field.type = "password"; });
  }
})();

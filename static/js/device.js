// The app on this phone: registers the worker, says when a page is a copy, and forgets everything at sign-out.
(() => {
  "use strict";
  const root = document.documentElement;
  const { person, saved, sync } = root.dataset;

  // A copy of a page says from when it is.
  const banner = document.querySelector("[data-no-connection]");
  if (saved && banner) {
    const then = new Date(saved);
    const today = then.toDateString() === new Date().toDateString();
    const style = today ? { timeStyle: "short" } : { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" };
    const time = new Intl.DateTimeFormat(root.lang, style).format(then);
    banner.querySelector("p").textContent = banner.dataset.words.replace("{time}", time);
    banner.hidden = false;
  }

  // A walk that the timer runs, on the way back to it.
  const running = document.querySelector("[data-walk-running]");
  if (running && person) {
    const words = { ...running.dataset };
    const paint = () => {
      let walk = null;
      try { walk = JSON.parse(localStorage.getItem(`waymark-walk-${person}`)); } catch { /* none is known */ }
      if (!walk?.spans?.length) return;
      const now = Date.now();
      const isPaused = walk.spans.at(-1)[1] !== null;
      const time = walk.spans.reduce((sum, [from, to]) => sum + Math.max(0, (to ?? now) - from), 0);
      const minutes = new Intl.NumberFormat(root.lang).format(Math.floor(time / 60000));
      const text = walk.finished ? words.wordsFinished : isPaused ? words.wordsPaused : words.words;
      running.textContent = text.replace("{minutes}", minutes);
    };
    paint();
    setInterval(paint, 20000);
  }

  if ("serviceWorker" in navigator) {
    window.addEventListener("load", async () => {
      try {
        await navigator.serviceWorker.register("/sw.js");
      } catch {
        return; // switched off, or a private window: everything works, online
      }
      const { active } = await navigator.serviceWorker.ready;
      // Somebody who has just logged a walk wants it in the copy, too.
      if (!saved) active.postMessage(location.search ? { changed: true } : { renew: true });
    });
  }

  async function forget() {
    const ours = (name) => name?.startsWith("waymark");
    for (const storage of ["localStorage", "sessionStorage"]) {
      try {
        for (const key of Object.keys(window[storage])) if (ours(key)) window[storage].removeItem(key);
      } catch { /* nothing was kept */ }
    }
    const databases = await indexedDB.databases?.() ?? [{ name: "waymark-unsent" }];
    for (const { name } of databases) if (ours(name)) indexedDB.deleteDatabase(name);
    if ("caches" in window) for (const name of await caches.keys()) if (ours(name)) await caches.delete(name);
    const registration = await navigator.serviceWorker?.getRegistration();
    await (await registration?.pushManager?.getSubscription())?.unsubscribe();
    await registration?.unregister();
  }

  const warning = document.querySelector("[data-before-sign-out]");
  const form = document.querySelector("form[action='/accounts/logout/']");
  if (!warning || !form) return;
  const say = (name, count) => {
    for (const line of warning.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== name;
    const number = warning.querySelector("[data-count]");
    if (count !== undefined) number.textContent = new Intl.NumberFormat(root.lang).format(count);
    warning.querySelector(".actions").hidden = name === "offline";
    warning.hidden = false;
    warning.focus();
  };
  const leave = async () => {
    if (navigator.onLine === false) return say("offline");
    try { await forget(); } catch { /* the server's answer clears it as well */ }
    return HTMLFormElement.prototype.submit.call(form);
  };
  const unsent = async () => {
    try { return (await waymarkUnsent.all(person)).length; } catch { return 0; }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const count = await unsent();
    if (count) say("unsent", count);
    else leave();
  });
  warning.querySelector("[data-anyway]").addEventListener("click", leave);
  warning.querySelector("[data-first]").addEventListener("click", async () => {
    await waymarkUnsent.send(person, sync);
    const count = await unsent();
    if (count) say("failed", count);
    else leave();
  });
})();

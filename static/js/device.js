// The app on this phone: registers the worker and says when a page is a copy.
(() => {
  "use strict";
  const root = document.documentElement;
  const { person, saved } = root.dataset;

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
})();

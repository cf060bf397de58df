// Counts or times a movement into its field; without scripts the number is typed.
(() => {
  "use strict";
  const form = document.querySelector("form[data-movement]");
  const tally = form?.querySelector("[data-tally]");
  if (!tally) return;
  const amount = form.elements.amount;
  const shown = tally.querySelector("output");
  const most = Number(amount.max) || Infinity;
  const write = (value) => {
    amount.value = Math.min(most, Math.max(1, value));
    shown.textContent = new Intl.NumberFormat(document.documentElement.lang).format(value);
  };
  tally.hidden = false;
  if (form.dataset.movement === "times") {
    let count = 0;
    tally.querySelector("[data-one]").addEventListener("click", () => write(++count));
    return;
  }
  const start = tally.querySelector("[data-start]");
  const stop = tally.querySelector("[data-stop]");
  let began = 0, kept = 0, ticking = null;
  const seconds = () => Math.round(kept + (began ? (Date.now() - began) / 1000 : 0));
  const turn = (on) => {
    if (on) began = Date.now();
    else { kept += (Date.now() - began) / 1000; began = 0; }
    start.hidden = on;
    stop.hidden = !on;
    (on ? stop : start).focus();
    clearInterval(ticking);
    if (on) ticking = setInterval(() => write(seconds()), 500);
    else write(seconds());
  };
  start.addEventListener("click", () => turn(true));
  stop.addEventListener("click", () => turn(false));
})();

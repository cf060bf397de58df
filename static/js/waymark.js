/* Small comforts. Every page does its work without this file. */
(() => {
  "use strict";

  // After a refusal, start where it says what to do.
  document.querySelector("[data-focus]")?.focus();

  // Signed out without a connection: the worker tells the server as soon as there is one.
  if ("signedOut" in document.documentElement.dataset) {
    const finish = async () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => location.replace("/");
      (await navigator.serviceWorker?.getRegistration())?.active?.postMessage({ finish: true }, [port2]);
    };
    window.addEventListener("online", finish);
    // A connection that is back does not always work at once.
    setInterval(finish, 10000);
  }

  // A second tap on a slow connection sends nothing twice; coming back by the back button frees the form again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // Minutes by big buttons, beside the number that can still be typed.
  document.querySelectorAll("[data-stepper]").forEach((box) => {
    const input = box.querySelector("input");
    box.querySelectorAll("button").forEach((button, index) => {
      button.addEventListener("click", () => {
        const low = Number(input.min) || 1;
        const high = Number(input.max) || 600;
        const next = (Number.parseInt(input.value, 10) || 0) + (index ? 1 : -1);
        input.value = Math.min(high, Math.max(low, next));
      });
      button.disabled = false; // as the page comes, it is not: a tap before this line would be lost
    });
  });

  // Offer the time zone that this device is set to.
  document.querySelectorAll("[data-zone-offer]").forEach((offer) => {
    const select = document.getElementById(offer.dataset.zoneOffer);
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const option = select && [...select.options].find((each) => each.value === here);
    if (!option || select.value === here) return;
    offer.querySelector("[data-zone-name]").textContent = option.text;
    offer.querySelector("button").addEventListener("click", () => {
      select.value = here;
      offer.hidden = true;
      select.focus();
    });
    offer.hidden = false;
  });

  // Find a place in a long list by typing a part of its name.
  document.querySelectorAll("[data-filter-for]").forEach((input) => {
    const select = document.getElementById(input.dataset.filterFor);
    if (!select) return;
    const all = [...select.querySelectorAll("option")];
    input.addEventListener("input", () => {
      const words = input.value.trim().toLowerCase();
      const found = all.find((option) => words && option.text.toLowerCase().startsWith(words))
        || all.find((option) => words && option.text.toLowerCase().includes(words));
      if (found) select.value = found.value;
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        select.focus();
      }
    });
  });
})();

/* Reminders on this device: asks only after a tap, and says what went wrong in words that stand on the page. */
(() => {
  "use strict";
  const section = document.querySelector("[data-push]");
  const say = (name) => document.querySelectorAll("[data-push-said]").forEach((each) => {
    each.hidden = each.dataset.pushSaid !== name;
  });
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  // Removing this device tells the browser as well.
  document.querySelectorAll("[data-push-here]").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      if (!able) return;
      event.preventDefault();
      try {
        const worker = await navigator.serviceWorker.getRegistration();
        await (await worker?.pushManager.getSubscription())?.unsubscribe();
      } finally {
        form.submit();
      }
    });
  });

  if (!section) return;
  if (!able) {
    say("unable");
    return;
  }
  const button = section.querySelector("button");
  section.hidden = false;
  if (Notification.permission === "denied") say("denied");

  const key = Uint8Array.from(
    atob(section.dataset.push.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

  async function ready() {
    const worker = await navigator.serviceWorker.register(section.dataset.pushWorker, { scope: "/" });
    if (worker.active) return worker;
    return Promise.race([
      navigator.serviceWorker.ready,
      new Promise((_, reject) => setTimeout(() => reject(new Error("the worker does not start")), 15000)),
    ]);
  }

  async function subscribe() {
    const { pushManager } = await ready();
    const options = { userVisibleOnly: true, applicationServerKey: key };
    try {
      return await pushManager.subscribe(options);
    } catch (error) {
      // It was made with another key, before the clinic changed its own.
      const old = await pushManager.getSubscription();
      if (!old) throw error;
      await old.unsubscribe();
      return pushManager.subscribe(options);
    }
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    say("asking");
    try {
      if (await Notification.requestPermission() !== "granted") {
        say("denied");
        return;
      }
      say("");
      const { endpoint, keys } = (await subscribe()).toJSON();
      const answer = await fetch(section.dataset.pushAdd, {
        method: "POST",
        body: new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth }),
        headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
      });
      if (!answer.ok) throw new Error(answer.status);
      window.location.reload();
    } catch {
      say("failed");
    } finally {
      button.disabled = false;
    }
  });
})();

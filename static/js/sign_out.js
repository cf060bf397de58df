// Signing out, wherever the button is: asks first when something would be lost, and works without a connection.
(() => {
  "use strict";
  const dialog = document.querySelector("[data-sign-out]");
  if (!dialog) return;
  const { signOut: logout, sync } = dialog.dataset;
  const { person, lang } = { ...document.documentElement.dataset, lang: document.documentElement.lang };
  const button = (name) => dialog.querySelector(`[data-do=${name}]`);
  let form = null;

  // The question --------------------------------------------------------------------------------

  function ask(lines, buttons) {
    for (const line of dialog.querySelectorAll("[data-say]")) {
      const count = lines[line.dataset.say];
      line.hidden = !count;
      const number = line.querySelector("[data-count]");
      if (number && count) number.textContent = new Intl.NumberFormat(lang).format(count);
    }
    for (const each of dialog.querySelectorAll("[data-do]")) each.hidden = !buttons.includes(each.dataset.do);
    if (!dialog.open) dialog.showModal();
  }

  // What is on this phone and nowhere else.
  async function unsaved() {
    const count = async (walks) => { try { return (await walks()).length; } catch { return 0; } };
    let timer = null;
    try { timer = JSON.parse(localStorage.getItem(`waymark-walk-${person}`)); } catch { /* none is known */ }
    return {
      unsent: person ? await count(() => waymarkUnsent.all(person)) : 0,
      others: await count(() => waymarkUnsent.others(person)),
      timer: timer?.spans?.length ? 1 : 0,
    };
  }

  // The answers ---------------------------------------------------------------------------------

  async function worker() {
    try { return (await navigator.serviceWorker.getRegistration())?.active; } catch { return undefined; }
  }

  // Whether it has understood; an older one has not.
  async function tellWorker(message) {
    const active = await worker();
    return Boolean(active) && new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(true);
      setTimeout(resolve, 2000, false);
      active.postMessage(message, [port2]);
    });
  }

  // Where the form asks to go, on this site.
  function next() {
    const address = new URL(new FormData(form).get("next") || "/", location.href);
    return address.origin === location.origin ? address.href : "/";
  }

  async function leave() {
    const came = navigator.onLine === false ? "offline" : await waymarkLeave.post(logout, { body: new FormData(form) });
    if (came === "refused") return HTMLFormElement.prototype.submit.call(form);
    if (came === "offline") {
      return person && await worker() ? ask({ offline: 1 }, ["postpone", "stay"]) : ask({ stuck: 1 }, ["stay"]);
    }
    await tellWorker({ signedOut: true });
    await waymarkLeave.forget();
    return location.replace(next());
  }

  // Deletes all now; the worker ends the session when there is a connection.
  async function postpone() {
    if (!await tellWorker({ postpone: person })) return ask({ stuck: 1 }, ["stay"]);
    await waymarkLeave.forget({ staysToFinish: true });
    try { await (await navigator.serviceWorker.ready).sync.register("waymark-leave"); } catch { /* the next visit ends it */ }
    return location.replace("/");
  }

  async function begin() {
    const lines = await unsaved();
    if (!Object.values(lines).some(Boolean)) return leave();
    return ask(lines, ["leave", "stay", ...(lines.unsent ? ["send"] : [])]);
  }

  async function send() {
    await waymarkUnsent.send(person, sync);
    const lines = await unsaved();
    if (lines.unsent) return ask({ ...lines, failed: 1 }, ["send", "leave", "stay"]);
    return begin();
  }

  // One thing at a time -------------------------------------------------------------------------

  let isBusy = false;
  async function once(work) {
    if (isBusy) return;
    isBusy = true;
    try { await work(); } finally { isBusy = false; }
  }

  // Before any other listener: the form is not sent by itself.
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.getAttribute("action") ?? "", location.href).pathname !== logout) return;
    event.preventDefault();
    form = event.target;
    once(begin);
  }, true);
  for (const [name, work] of Object.entries({ send, leave, postpone })) button(name).addEventListener("click", () => once(work));
  button("stay").addEventListener("click", () => dialog.close());

  // A page that came past the worker although somebody has signed out on this phone.
  if (person) {
    waymarkLeave.postponed().then(async (leaver) => {
      if (leaver === person && await waymarkLeave.finish(sync, logout) === "ended") location.replace("/");
    });
  }
})();

// Signing out: ends the session at the server and deletes what this browser keeps. Knows no page, so that the worker
// uses it too. Without a connection a sign-out is postponed: the marker below stays until the server has been told.
"use strict";

self.waymarkLeave = (() => {
  const LEAVING = "waymark-leaving";
  const MARKER = "/waymark-leaving";
  const PATIENCE = 10000;

  // One step that fails must not keep the others from being done.
  const quietly = async (step) => { try { return await step(); } catch { return undefined; } };
  const ours = (name) => Boolean(name?.startsWith("waymark"));
  const inTime = (promise, ms) => Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, ms); })]);

  // "ended", "offline" (nothing has changed), or "refused" (the server has something to say).
  async function post(address, request) {
    let answer;
    try {
      answer = await fetch(address, { method: "POST", redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...request });
    } catch {
      return "offline";
    }
    if (answer.type === "opaqueredirect") return "ended";
    return answer.status >= 500 ? "offline" : "refused";
  }

  async function deleteDatabases() {
    const databases = await quietly(() => indexedDB.databases()) ?? [{ name: "waymark-unsent" }];
    for (const { name } of databases) {
      if (!ours(name)) continue;
      await inTime(new Promise((resolve) => {
        const deleting = indexedDB.deleteDatabase(name);
        deleting.onsuccess = resolve;
        deleting.onerror = resolve;
      }), 2000);
    }
  }

  // The worker stays where it has yet to tell the server, with the page that it then shows.
  async function forget({ staysToFinish = false } = {}) {
    const stays = (name) => staysToFinish && (name === LEAVING || name.startsWith("waymark-shell-"));
    for (const storage of ["localStorage", "sessionStorage"]) {
      await quietly(() => { for (const key of Object.keys(self[storage])) if (ours(key)) self[storage].removeItem(key); });
    }
    await quietly(deleteDatabases);
    await quietly(async () => {
      for (const name of await caches.keys()) if (ours(name) && !stays(name)) await caches.delete(name);
    });
    const registration = self.registration ?? await quietly(() => navigator.serviceWorker.getRegistration());
    await quietly(async () => {
      const subscription = await registration.pushManager.getSubscription();
      if (subscription) await inTime(subscription.unsubscribe(), 3000);
    });
    if (!staysToFinish) await quietly(() => registration.unregister());
  }

  const postponed = async () => (await quietly(() => caches.match(MARKER, { cacheName: LEAVING })))?.text();
  const postpone = async (person) => (await caches.open(LEAVING)).put(MARKER, new Response(person));

  // Tells the server what was postponed: "nothing", "ended" or "offline".
  async function finish(sync, logout) {
    const person = await postponed();
    if (!person) return "nothing";
    try {
      const hello = await fetch(sync, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!hello.ok && hello.status !== 401) return "offline";
      const session = hello.ok ? await hello.json() : {};
      // Nobody is signed in any more, or somebody else: there is nothing to end.
      if (session.person === person && await post(logout, { headers: { "X-CSRFToken": session.csrf } }) !== "ended") return "offline";
    } catch {
      return "offline";
    }
    await forget();
    return "ended";
  }

  return { post, forget, postpone, postponed, finish };
})();

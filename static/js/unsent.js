// Walks that wait on this phone to be sent: the store and the sending. Knows no page, so that the worker uses it too.
// A walk: { order, id, person, day, minutes, pain, effort, walk, base, removed, tried, edits, state, message, theirs };
// state is "wait", "refused" or "conflict"; walk and base name one that the diary has already. What was done in a companion
// programme waits here, too: { order, id, person, day, companion, what, answers, ... }.
"use strict";

self.waymarkUnsent = (() => {
  const NAME = "waymark-unsent";
  const BATCH = 50;
  const news = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
  const watchers = [];

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  async function store(mode, use) {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("walks", { keyPath: "order", autoIncrement: true });
    const database = await done(opening);
    // Signing out deletes it; that must not wait for this page.
    database.onversionchange = () => database.close();
    try {
      const transaction = database.transaction("walks", mode);
      const finished = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const result = await use(transaction.objectStore("walks"));
      await finished;
      return result;
    } finally {
      database.close();
    }
  }

  // To every page of the app, and from the worker: "changed" or "sent".
  const tell = (what) => {
    news?.postMessage(what);
    for (const watcher of watchers) watcher(what);
  };

  // In the order made.
  const all = async (person) => {
    const walks = await store("readonly", (walks) => done(walks.getAll()));
    return walks.filter((walk) => walk.person === person);
  };

  // Those of other people who use this phone: their sessions ended before their walks were sent.
  const others = async (person) => {
    const walks = await store("readonly", (walks) => done(walks.getAll()));
    return walks.filter((walk) => walk.person !== person);
  };

  // A new one, or the next state of one; a walk of the diary waits with its last change only.
  async function put(walk) {
    await store("readwrite", async (walks) => {
      if (walk.order === undefined && walk.walk) {
        const same = (await done(walks.getAll())).find((it) => it.person === walk.person && it.walk === walk.walk);
        if (same) walk = { ...same, ...walk, order: same.order, base: same.base, id: same.id };
      }
      const next = { state: "wait", message: "", theirs: null, tried: false, ...walk, edits: (walk.edits ?? 0) + 1 };
      await done(walks.put(next));
    });
    tell("changed");
  }

  async function drop(order) {
    await store("readwrite", (walks) => done(walks.delete(order)));
    tell("changed");
  }

  // What the server said of walks that were sent. One that was edited meanwhile goes again.
  async function settle(sent, results) {
    await store("readwrite", async (walks) => {
      for (const [number, before] of sent.entries()) {
        const result = results[number];
        const now = await done(walks.get(before.order));
        if (!now || result?.id !== before.id) continue;
        const base = result.state === "saved" && result.walk ? result.walk.base : now.base;
        if (now.edits !== before.edits) await done(walks.put({ ...now, base }));
        else if (result.state === "saved") await done(walks.delete(now.order));
        else await done(walks.put({ ...now, state: result.state, message: result.message, theirs: result.walk ?? null }));
      }
    });
  }

  const wire = ({ id, day, minutes, pain, effort, walk, base, removed, companion, answers }) => (
    companion ? { id, companion, answers, removed: Boolean(removed) }
      : { id, day, minutes, pain, effort, walk: walk ?? null, base: base ?? "", removed: Boolean(removed) }
  );

  // "nothing", "sent", "signed-out" (the walks stay), or "offline" (try again).
  async function attempt(person, address) {
    const waiting = (await all(person)).filter((walk) => walk.state === "wait");
    if (!waiting.length) return "nothing";
    try {
      const hello = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (hello.status === 401) return "signed-out";
      if (!hello.ok) return "offline";
      const session = await hello.json();
      if (session.person !== person) return "signed-out";
      for (let first = 0; first < waiting.length; first += BATCH) {
        const batch = waiting.slice(first, first + BATCH);
        // From here on the server may have them, whatever comes back.
        await store("readwrite", async (walks) => {
          for (const { order } of batch) {
            const now = await done(walks.get(order));
            if (now) await done(walks.put({ ...now, tried: true }));
          }
        });
        const answer = await fetch(address, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": session.csrf },
          body: JSON.stringify({ person, walks: batch.map(wire) }),
          signal: AbortSignal.timeout(20000),
        });
        if (answer.status === 401 || answer.status === 409) return "signed-out";
        if (!answer.ok) return "offline";
        await settle(batch, (await answer.json()).results);
      }
    } catch {
      return "offline";
    }
    tell("sent");
    return "sent";
  }

  // One tab at a time sends; were it two, each walk would still be stored once.
  const send = (person, address) => (
    navigator.locks ? navigator.locks.request(NAME, () => attempt(person, address)) : attempt(person, address)
  );

  news?.addEventListener("message", (event) => { for (const watcher of watchers) watcher(event.data); });
  return { all, others, put, drop, send, watch: (watcher) => watchers.push(watcher) };
})();

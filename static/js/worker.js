// The service worker: a page from the network, and its last copy when there is none. APP comes from the server.
// Only pages that the server marks with Waymark-Keep are kept, each for the person that Waymark-Person names.
"use strict";

const SHELL = `waymark-shell-${APP.version}`;
const PAGES = `waymark-pages-${APP.version}-`;
const WHO = "waymark-who";
const NOBODY = "nobody";
const PATIENCE = 4000; // ms that a page with a copy is waited for
const FRESH = 6 * 3600 * 1000; // ms after which a copy is fetched ahead again
const NEVER = /^\/(admin|accounts|api|calendar|health|c|i|m|r)\//;
const SIGNS_IN_OR_OUT = /^\/(accounts|i)\//;

// How often somebody has signed in or out while this worker ran: what was fetched before is not kept after.
let changes = 0;

// Whose phone this is now -----------------------------------------------------------------------

const who = async () => (await caches.match("/waymark-who", { cacheName: WHO }))?.text() ?? NOBODY;

async function belongsTo(person) {
  if (person !== NOBODY && person === await who()) return;
  if (person === NOBODY) await caches.delete(WHO);
  else await (await caches.open(WHO)).put("/waymark-who", new Response(person));
  for (const name of await caches.keys()) {
    if (name.startsWith("waymark-pages-") && name !== PAGES + person) await caches.delete(name);
  }
}

// Pages -----------------------------------------------------------------------------------------

// ``since`` is what ``changes`` was when the page was asked for.
async function keep(path, response, isPlain, since) {
  await keepCopy(path, response, isPlain, since);
  // A step of it may have come after the sign-out had deleted everything.
  if (since !== changes) await belongsTo(NOBODY);
}

async function keepCopy(path, response, isPlain, since) {
  const person = response.headers.get("Waymark-Person");
  if (!person || await waymarkLeave.postponed() || since !== changes) return;
  await belongsTo(person);
  // An address with a question ("saved: 5") is about a moment that is past when it is read again.
  if (person === NOBODY || !isPlain || response.redirected || !response.headers.get("Waymark-Keep")) return;
  const headers = new Headers(response.headers);
  headers.set("Waymark-Saved", new Date().toISOString());
  const copy = new Response(await response.blob(), { headers });
  const pages = await caches.open(PAGES + person);
  if (since === changes) await pages.put(path, copy);
}

async function copyOf(path) {
  const person = await who();
  if (person === NOBODY) return undefined;
  return (await caches.open(PAGES + person)).match(path, { ignoreVary: true });
}

// The page's script says from when it is: the page itself cannot see where it came from.
async function shown(copy) {
  const html = await copy.text();
  const saved = copy.headers.get("Waymark-Saved");
  return new Response(html.replace("<html ", `<html data-saved="${saved}" `), { headers: copy.headers });
}

// Without a connection, and while a sign-out has not reached the server.
async function withoutPage() {
  const offline = await caches.match(APP.offline, { cacheName: SHELL, ignoreVary: true });
  if (!offline || !await waymarkLeave.postponed()) return offline ?? Response.error();
  const html = await offline.text();
  return new Response(html.replace("<html ", "<html data-signed-out "), { headers: offline.headers });
}

async function page(fetching, path) {
  const copy = await copyOf(path);
  try {
    if (!copy) return await fetching;
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
    return await Promise.race([fetching, late]) ?? await shown(copy);
  } catch {
    if (copy) return shown(copy);
    return withoutPage();
  }
}

async function renew(paths, olderThan) {
  const since = changes;
  for (const path of paths) {
    if (since !== changes) return;
    const copy = await copyOf(path);
    const saved = Date.parse(copy?.headers.get("Waymark-Saved") ?? 0);
    if (copy && Date.now() - saved < olderThan) continue;
    try {
      // Not on to the page of signing in: asked for without being seen, it would put a new token in the place of that
      // in the form which somebody is just filling in.
      const response = await fetch(path, { cache: "no-store", redirect: "manual" });
      if (response.type === "opaqueredirect") return;
      await keep(path, response, true, since);
    } catch {
      return; // no connection: the copies that are there stay
    }
  }
}

// What pages are made of ------------------------------------------------------------------------

async function part(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept && APP.hashed) return kept;
  try {
    const response = await fetch(request);
    if (response.ok && /\.(css|js|svg)$/.test(new URL(request.url).pathname)) {
      await (await caches.open(SHELL)).put(request, response.clone());
    }
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

// Signing out without a connection --------------------------------------------------------------

let finishing = null;

// The page that is shown instead of the one asked for while a sign-out cannot be finished; nothing otherwise.
async function finishSignOut() {
  if (!await waymarkLeave.postponed()) return undefined;
  finishing ??= waymarkLeave.finish(APP.sync, APP.logout).finally(() => { finishing = null; });
  const came = await finishing;
  if (came === "ended") changes += 1;
  return came === "offline" ? withoutPage() : undefined;
}

async function answerFirst(event, { pathname, search }) {
  const instead = await finishSignOut();
  if (instead) return instead;
  const fetching = fetch(event.request);
  if (NEVER.test(pathname)) return fetching.catch(withoutPage);
  // Also when it comes too late to be shown.
  const since = changes;
  event.waitUntil(fetching.then((response) => keep(pathname, response.clone(), !search, since)).catch(() => {}));
  return page(fetching, pathname);
}

// Its life --------------------------------------------------------------------------------------

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([...APP.shell, APP.offline])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    await self.clients.claim();
    const person = await who();
    for (const name of await caches.keys()) {
      const old = name.startsWith("waymark-shell-") || name.startsWith("waymark-pages-");
      if (old && name !== SHELL && name !== PAGES + person) await caches.delete(name);
    }
    // Copies of pages that were made for the old parts are made again.
    if (person !== NOBODY) await renew(APP.ahead, 0);
  })());
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const address = new URL(url);
  const { origin, pathname } = address;
  if (origin !== self.location.origin) return;
  if (method === "POST" && SIGNS_IN_OR_OUT.test(pathname)) {
    changes += 1;
    event.waitUntil(belongsTo(NOBODY));
  }
  if (method !== "GET") return;
  if (mode === "navigate" && (!NEVER.test(pathname) || SIGNS_IN_OR_OUT.test(pathname))) {
    event.respondWith(answerFirst(event, address));
  } else if (pathname.startsWith(APP.static)) event.respondWith(part(event.request));
});

self.addEventListener("message", (event) => {
  // From a page that signs out: it goes on when the answer is there.
  const { signedOut, postpone, finish } = event.data ?? {};
  if (signedOut || postpone) {
    changes += 1;
    const ready = postpone ? waymarkLeave.postpone(postpone) : Promise.resolve();
    event.waitUntil(ready.then(() => event.ports[0]?.postMessage("ready")));
  }
  if (finish) event.waitUntil(finishSignOut().then((instead) => instead ?? event.ports[0]?.postMessage("ended")));
  if (event.data?.renew) event.waitUntil(renew(APP.ahead, FRESH));
  if (event.data?.changed) event.waitUntil(renew(APP.changing, 0));
});

// A reminder that arrives shows that there is a connection.
self.addEventListener("push", (event) => event.waitUntil(finishSignOut()));

self.addEventListener("sync", (event) => {
  if (event.tag === "waymark-leave") {
    event.waitUntil(finishSignOut().then((instead) => { if (instead) throw new Error("no connection"); }));
  }
  if (event.tag !== "waymark-walks") return;
  event.waitUntil(who().then(async (person) => {
    if (person === NOBODY) return;
    // Background sync tries again, with longer and longer breaks, what has failed.
    if (await waymarkUnsent.send(person, APP.sync) === "offline") throw new Error("no connection");
  }));
});

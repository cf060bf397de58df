/* The part of the service worker that shows reminders. The words come from the server, in the patient's language. */
self.addEventListener("push", (event) => {
  let shown = {};
  try {
    shown = event.data.json();
  } catch {
    // A browser that gets a message must show something.
  }
  event.waitUntil(self.registration.showNotification(shown.title || "Waymark", {
    body: shown.body || "",
    lang: shown.lang || "",
    dir: shown.dir || "auto",
    // The same reminder twice takes its own place.
    tag: shown.tag || "waymark",
    data: { url: shown.url || "/today/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.url || "/today/", self.location.origin);
  if (target.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    for (const client of open) {
      try {
        // Only a page that this worker controls can be led on.
        await client.navigate(target.href);
        return await client.focus();
      } catch {
        // The next one, or a new window.
      }
    }
    return self.clients.openWindow(target.href);
  })());
});

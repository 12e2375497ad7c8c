// Runs when a push arrives, also while the page is closed: says that something waits, and opens the page when that is pressed.
"use strict";

const PAGE = new URL(self.registration.scope).pathname;

addEventListener("push", (event) => {
  const { title = "", body = "" } = event.data?.json() || {};
  event.waitUntil(self.registration.showNotification(title, { body, tag: "asked", renotify: true, requireInteraction: true }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    clients.matchAll({ type: "window" }).then((open) => {
      const mine = open.find((each) => new URL(each.url).pathname === PAGE);
      return mine ? mine.focus() : clients.openWindow(PAGE);
    }),
  );
});

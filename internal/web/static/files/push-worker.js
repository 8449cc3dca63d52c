// What a browser runs when a push service has a message for it, also when no page is open. It shows the message and opens the page that it is about; it
// answers no requests of pages.

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('push', (event) => {
  const { title, path, tag } = event.data?.json() ?? {};
  event.waitUntil(self.registration.showNotification(title || 'IntelliWiz', { tag, renotify: Boolean(tag), data: path }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

async function open(path) {
  let to = new URL(path || '/notices', location.origin);
  if (to.origin !== location.origin) to = new URL('/notices', location.origin);
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = pages.find((page) => page.url === to.href);
  return there ? there.focus() : self.clients.openWindow(to.href);
}

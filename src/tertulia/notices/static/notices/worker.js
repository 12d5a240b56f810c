// Shows what a push brings, also when no page of Tertulia is open, and goes there when it is clicked.
self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()))

self.addEventListener("push", (event) => {
  const { title, body, address, tag, urgent, language } = event.data.json()
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang: language, requireInteraction: urgent, data: { address } }))
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow(new URL(event.notification.data.address, self.location.origin).href))
})

// The push service moved this browser's address: we say the old one, so that the server knows whose it was.
self.addEventListener("pushsubscriptionchange", (event) => {
  const before = event.oldSubscription
  if (!before) return
  const fresh = event.newSubscription ?? self.registration.pushManager.subscribe(before.options)
  event.waitUntil(Promise.resolve(fresh).then((now) => {
    const { endpoint, keys } = now.toJSON()
    return fetch("/avisos/navegador/", { method: "POST", body: new URLSearchParams({ before: before.endpoint, endpoint, ...keys }) })
  }))
})

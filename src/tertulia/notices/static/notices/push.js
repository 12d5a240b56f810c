// Web push in this browser: turns it on and off, and says why it cannot be. The section has data-push with our public key;
// of its parts with data-when the one of the state is shown: unsupported, insecure, blocked, off, on.
const section = document.querySelector("[data-push]")
const { push: key, worker, add, remove } = section.dataset
const show = (state) => section.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== state })
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0))
const same = (subscription) => {
  const used = subscription.options.applicationServerKey
  return !used || new Uint8Array(used).join() === bytes(key).join()
}

async function say(address, what) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"))
  const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(what) })
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 200))
}

const hand = (subscription) => {
  const { endpoint, keys } = subscription.toJSON()
  return say(add, { endpoint, ...keys })
}

async function look() {
  if (!window.isSecureContext) return show("insecure")
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return show("unsupported")
  if (Notification.permission === "denied") return show("blocked")
  const registration = await navigator.serviceWorker.getRegistration(worker)
  const subscription = await registration?.pushManager.getSubscription()
  if (subscription && !same(subscription)) await subscription.unsubscribe()
  else if (subscription && section.dataset.known.split(" ").includes(subscription.endpoint)) return show("on")
  show("off")
}

async function turnOn() {
  if (await Notification.requestPermission() !== "granted") return look()
  await navigator.serviceWorker.register(worker)
  const registration = await settled()
  await hand(await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }))
  location.reload()
}

// A worker that begins takes a moment, and only an active one can subscribe.
async function settled() {
  for (;;) {
    const registration = await navigator.serviceWorker.getRegistration(worker)
    if (registration?.active) return registration
    await new Promise((go) => setTimeout(go, 100))
  }
}

async function turnOff() {
  const registration = await navigator.serviceWorker.getRegistration(worker)
  const subscription = await registration?.pushManager.getSubscription()
  if (subscription) {
    await subscription.unsubscribe()
    await say(remove, { endpoint: subscription.endpoint })
  }
  location.reload()
}

const trouble = section.querySelector("[data-push-trouble]")
const attempt = (act) => async ({ currentTarget: button }) => {
  button.disabled = true
  trouble.hidden = true
  try { await act() } catch (error) {
    trouble.querySelector("code").textContent = error.message
    trouble.hidden = false
  } finally { button.disabled = false }
}
section.querySelector("[data-push-on]").addEventListener("click", attempt(turnOn))
section.querySelector("[data-push-off]").addEventListener("click", attempt(turnOff))
look().catch(() => show("off"))

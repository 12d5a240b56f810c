// Notices that go away by themselves, not while they are pointed at or focused.
// From the server: messages in the page, or HX-Trigger: {"toast": {"text", "tone"?, "undo"?: "/address to POST"}}.
const area = document.getElementById("notices")

function leave(toast) {
  toast.classList.add("leaving")
  setTimeout(() => toast.remove(), 150)
}

function keep(toast) {
  let timer
  const start = () => { timer = setTimeout(() => leave(toast), toast.querySelector("form, [data-toast-undo]") ? 12000 : 7000) }
  const stop = () => clearTimeout(timer)
  toast.addEventListener("pointerenter", stop)
  toast.addEventListener("pointerleave", start)
  toast.addEventListener("focusin", stop)
  toast.addEventListener("focusout", start)
  start()
}

function say({ text, tone = "ok", undo = "" }) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true)
  toast.classList.add(tone)
  toast.querySelector(".text").textContent = text
  const icon = toast.querySelector("use")
  if (tone !== "ok") icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, "#alert"))
  const back = toast.querySelector("[data-toast-undo]")
  if (undo) back.addEventListener("click", () => { htmx.ajax("POST", undo, { swap: "none" }); leave(toast) })
  else back.remove()
  area.append(toast)
  keep(toast)
  while (area.children.length > 3) area.firstElementChild.remove()
}

area?.querySelectorAll("[data-toast]").forEach(keep)
document.addEventListener("click", ({ target }) => {
  const close = target.closest("[data-toast-close]")
  if (close) leave(close.closest("[data-toast]"))
})
document.addEventListener("toast", ({ detail }) => say(detail.value ?? detail))
document.addEventListener("htmx:responseError", () => say({ text: document.getElementById("said-failed").textContent, tone: "danger" }))
document.addEventListener("htmx:sendError", () => say({ text: document.getElementById("said-away").textContent, tone: "danger" }))

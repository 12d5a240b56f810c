// The composer: what the browser does by itself. Words come from the form's data attributes.
import { fill, length } from "../brands/pictures.js"

const sheet = () => document.getElementById("sheet")
const saved = document.getElementById("saved")
const tell = (target, name) => target.dispatchEvent(new Event(name, { bubbles: true }))
let unsaved = false

// An estimate at every key; the server counts by each network's rule a moment later.
function estimate() {
  for (const way of sheet()?.querySelectorAll(".way") ?? []) {
    const own = way.querySelector("[data-own]")?.value.trim()
    const left = way.querySelector("[data-left]")
    const words = own ? way.querySelector("[data-own]").value : document.getElementById("text").value
    if (left) left.textContent = Number(way.querySelector("[data-limit]").dataset.limit) - length(words)
  }
}

// Leaving is shut while something stops it; the reason stands beside.
function gate() {
  const why = document.getElementById("why")
  const stopped = Boolean(why?.textContent.trim())
  for (const button of document.querySelectorAll("[data-leaves]")) button.disabled = stopped
  const day = document.getElementById("day"), hour = document.getElementById("hour")
  const schedule = document.getElementById("schedule")
  if (schedule && (!day.value || !hour.value || document.querySelector("#hour-said .warn:first-child"))) schedule.disabled = true
}

// How long ago it was kept.
function since() {
  const form = sheet(), mark = saved?.querySelector("[data-saved-at]")
  if (!form || !mark || unsaved) return
  const seconds = Math.round((Date.now() - Number(mark.dataset.here)) / 1000)
  if (seconds < 2) mark.textContent = form.dataset.now
  else if (seconds < 60) mark.textContent = fill(form.dataset.seconds, { n: seconds })
  else mark.textContent = fill(form.dataset.minutes, { n: Math.floor(seconds / 60) })
}
setInterval(since, 1000)

const isSave = (detail) => detail.elt?.id === "sheet"
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isSave(event.detail)) saved.textContent = sheet().dataset.saving
  // What is being changed and not kept yet is not drawn over.
  if (event.detail.elt.matches("[data-again]") && unsaved) event.preventDefault()
})
for (const failed of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failed, ({ detail }) => {
    if (!isSave(detail)) return
    saved.textContent = sheet().dataset.away
    setTimeout(() => { if (unsaved && sheet()) tell(shots(), "pictures-changed") }, 15000)
  })
}
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "saved" && detail.xhr.status < 300) {
    unsaved = false
    const mark = saved.querySelector("[data-saved-at]")
    if (mark) mark.dataset.here = Date.now()
  }
  if (detail.xhr.status === 422) saved.textContent = sheet()?.dataset.pending ?? ""
})
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.id === "composer" || detail.target?.id === "composer") { unsaved = false; saved.textContent = "" }
  gate()
})
document.addEventListener("input", ({ target }) => {
  if (!target.closest("#sheet")) return
  unsaved = true
  estimate()
  gate()
})
// A page that goes away keeps first what it had; one that comes back from the past is drawn afresh.
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload() })
addEventListener("pagehide", () => {
  const form = sheet()
  if (!unsaved || !form?.hasAttribute("data-autosave") || !form.elements.post.value) return
  navigator.sendBeacon(form.action, new URLSearchParams(new FormData(form)))
})

document.addEventListener("click", ({ target }) => {
  const pick = target.closest("[data-pick]")
  if (pick) {
    const [day, hour] = pick.dataset.pick.split("T")
    document.getElementById("day").value = day
    document.getElementById("hour").value = hour
    tell(document.getElementById("hour"), "input")
    tell(document.getElementById("hour"), "change")
  }
  const copy = target.closest("[data-copy-text]")
  if (copy) {
    const own = document.getElementById(`own-${copy.dataset.copyText}`)
    own.value = document.getElementById("text").value
    own.focus()
    tell(own, "input")
  }
})

// ── pictures: see brands/pictures.js ──
const shots = () => document.getElementById("pictures")
document.addEventListener("pictures-changed", ({ target }) => { if (target === shots()) { unsaved = true; estimate() } })

estimate()
gate()

// The composer: what the browser does by itself. Words come from the form's data attributes.
const sheet = () => document.getElementById("sheet")
const saved = document.getElementById("saved")
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter() : null
const length = (text) => (segmenter ? [...segmenter.segment(text)].length : [...text].length)
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name])
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
  for (const shot of sheet()?.querySelectorAll("[data-shot]") ?? []) {
    const written = length(shot.querySelector("textarea").value)
    const most = Number(shots().dataset.mostAlt), said = shot.querySelector("[data-alt-count]")
    said.textContent = written ? `${written}/${most}` : ""
    said.classList.toggle("over", written > most)
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

// ── pictures ──
const shots = () => document.getElementById("pictures")
const changed = () => { unsaved = true; estimate(); tell(shots(), "pictures-changed") }

async function upload(files) {
  const form = sheet(), said = document.getElementById("upload-said")
  if (!form || !files.length) return
  const body = new FormData()
  for (const file of files) body.append("pictures", file)
  said.textContent = form.dataset.busy
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }
  const answer = await fetch(form.dataset.upload, { method: "POST", body, headers }).catch(() => null)
  const taken = document.createElement("template")
  if (answer?.ok || answer?.status === 422) taken.innerHTML = await answer.text()
  else return void (said.textContent = form.dataset.failed)
  const wrong = [...taken.content.querySelectorAll("[data-wrong]")].map((one) => one.textContent)
  said.textContent = wrong.join(" ")
  said.classList.toggle("wrong", wrong.length > 0)
  for (const shot of taken.content.querySelectorAll("[data-shot]")) {
    const number = shot.querySelector("[name=picture]").value
    if (!shots().querySelector(`[name=picture][value="${number}"]`)) shots().append(shot)
  }
  changed()
}

function place(shot, step) {
  const other = step < 0 ? shot.previousElementSibling : shot.nextElementSibling
  if (!other) return
  if (step < 0) other.before(shot)
  else other.after(shot)
  const all = [...shots().children]
  document.getElementById("order-said").textContent = fill(sheet().dataset.place, { n: all.indexOf(shot) + 1, all: all.length })
  changed()
}

document.addEventListener("change", ({ target }) => {
  if (target.id !== "files") return
  upload([...target.files])
  target.value = ""
})
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"))
  if (!files.length || !sheet()) return
  event.preventDefault()
  upload(files)
})
document.addEventListener("click", ({ target }) => {
  const shot = target.closest("[data-shot]"), step = target.closest("[data-step]")
  if (shot && step) { place(shot, Number(step.dataset.step)); step.focus() }
  else if (shot && target.closest("[data-remove]")) { shot.remove(); changed(); document.getElementById("files").focus() }
})
let held = null
document.addEventListener("dragstart", ({ target }) => { held = target.closest?.("[data-shot]") ?? null })
document.addEventListener("dragend", () => { if (held) changed(); held = null })
document.addEventListener("dragover", (event) => {
  if (!sheet()) return
  const over = event.target.closest?.("[data-shot]")
  if (held) {
    event.preventDefault()
    if (over && over !== held) {
      const box = over.getBoundingClientRect()
      if (event.clientY < box.top + box.height / 2) over.before(held)
      else over.after(held)
    }
  } else if (event.dataTransfer?.types.includes("Files")) {
    event.preventDefault()
    sheet().classList.add("over")
  }
})
document.addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) sheet()?.classList.remove("over") })
document.addEventListener("drop", (event) => {
  sheet()?.classList.remove("over")
  const files = [...(event.dataTransfer?.files ?? [])]
  if (held || !files.length || !sheet()) return
  event.preventDefault()
  upload(files)
})

estimate()
gate()

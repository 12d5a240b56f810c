// Moving posts on the calendar: with the mouse, a finger (press and hold) or the keyboard (m, arrows, Enter, Escape).
// Hours are the brand's wall clock, "2026-11-26T12:00", and never pass through this browser's own zone.
const board = document.getElementById("board")
const said = document.getElementById("moving-said")
const language = document.documentElement.lang || "es"
const shown = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZone: "UTC" })
const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")
const may = board?.hasAttribute("data-board")
let moving = null // { entry, from: { parent, next, at }, to }

const text = (at) => (at ? shown.format(new Date(`${at}:00Z`)) : board.dataset.sayTray)
const say = (name, at) => { said.textContent = board.dataset[name].replace("{hour}", text(at)) }
const week = () => board.querySelector(".week") !== null
const pad = (number) => String(number).padStart(2, "0")
const shifted = (at, minutes) => new Date(Date.parse(`${at}:00Z`) + minutes * 60000).toISOString().slice(0, 16)

function cell(at) {
  const [day, hour] = at.split("T")
  return board.querySelector(week() ? `.slot[data-day="${day}"][data-hour="${Number(hour.slice(0, 2))}"]` : `.day[data-day="${day}"]`)
}

function lift(entry) {
  moving = { entry, from: { parent: entry.parentElement, next: entry.nextElementSibling, at: entry.dataset.at ?? "" }, to: entry.dataset.at ?? "" }
  entry.classList.add("moving")
}

function put(at) {
  const target = at ? cell(at) : board.querySelector("[data-tray]")
  if (!target) return false
  moving.to = at
  const add = target.querySelector(":scope > .day-add, :scope > .slot-add")
  target.insertBefore(moving.entry, add)
  const time = moving.entry.querySelector("time")
  if (time && at) time.textContent = `${Number(at.slice(11, 13))}:${at.slice(14)}`
  moving.entry.scrollIntoView({ block: "nearest", inline: "nearest" })
  return true
}

function back() {
  const { entry, from } = moving
  moving = null
  entry.classList.remove("moving")
  from.parent.insertBefore(entry, from.next)
  const time = entry.querySelector("time")
  if (time && from.at) time.textContent = `${Number(from.at.slice(11, 13))}:${from.at.slice(14)}`
}

// The answer's notice, told as htmx would tell it; then the board looks again.
async function drop() {
  const { entry, from, to } = moving
  if (to === from.at) return back()
  const body = new URLSearchParams({ at: to && (week() || !from.at ? to : to.slice(0, 10)), seen: entry.dataset.seen })
  const answer = await fetch(entry.dataset.move, { method: "POST", body, headers }).catch(() => null)
  if (moving?.entry === entry) {
    entry.classList.remove("moving")
    if (answer?.ok) moving = null
    else back()
  }
  const told = JSON.parse(answer?.headers.get("HX-Trigger") ?? "{}")
  if (told.toast) document.body.dispatchEvent(new CustomEvent("toast", { detail: told.toast, bubbles: true }))
  if (!answer || !told.toast) document.body.dispatchEvent(new CustomEvent("toast", { detail: { text: board.dataset.sayFailed, tone: "danger" }, bubbles: true }))
  said.textContent = told.toast?.text ?? board.dataset.sayFailed
  document.body.dispatchEvent(new CustomEvent("posts-changed", { bubbles: true }))
}

// Nothing is drawn over what is in somebody's hand; afterwards the board looks.
board?.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === board && (moving || press?.ghost)) event.preventDefault()
})

// ── keyboard ──
const STEPS = { ArrowLeft: [-1440, -1440], ArrowRight: [1440, 1440], ArrowUp: [-10080, -15], ArrowDown: [10080, 15] }

function step(key, far) {
  let minutes = STEPS[key][week() ? 1 : 0]
  if (far && Math.abs(minutes) === 15) minutes *= 4
  const first = board.querySelector("[data-day]:not(.past)") ?? board.querySelector("[data-day]")
  const at = moving.to ? shifted(moving.to, minutes) : `${first.dataset.day}T12:00`
  if (!put(at)) return say("sayEdge")
  moving.entry.focus()
  say("sayOver", at)
}

board?.addEventListener("keydown", (event) => {
  const entry = event.target.closest(".entry")
  if (!may || !entry || event.ctrlKey || event.metaKey || event.altKey) return
  if (!moving) {
    if (event.key !== "m" && event.key !== " ") return
    event.preventDefault()
    if (!entry.dataset.move) return say("sayFixed")
    lift(entry)
    return say("sayTaken", moving.from.at)
  }
  event.preventDefault()
  event.stopPropagation()
  if (STEPS[event.key]) step(event.key, event.shiftKey)
  else if (event.key === "Enter" || event.key === " " || event.key === "m") { say("sayDropped", moving.to); drop() }
  else if (event.key === "Escape" || event.key === "Tab") { say("sayBack", moving.from.at); back(); entry.focus() }
})

// ── pointer ──
let press = null // { entry, x, y, ghost, hold }
const HOLD = 350, SLACK = 6

function raise() {
  const box = press.entry.getBoundingClientRect()
  lift(press.entry)
  press.ghost = press.entry.cloneNode(true)
  press.ghost.removeAttribute("id")
  press.ghost.classList.add("ghost")
  press.ghost.style.width = `${box.width}px`
  press.entry.classList.add("dragging")
  document.body.append(press.ghost)
  follow(press.x, press.y)
}

function follow(x, y) {
  press.ghost.style.translate = `${x - 12}px ${y - 12}px`
  const target = under(x, y)
  board.querySelectorAll(".over").forEach((one) => one.classList.toggle("over", one === target))
  target?.classList.add("over")
  if (y > innerHeight - 60) scrollBy(0, 12)
  else if (y < 90) scrollBy(0, -12)
}

const under = (x, y) => document.elementFromPoint(x, y)?.closest(".day, .slot, [data-tray]") ?? null

function landed(target, y) {
  if (target.matches("[data-tray]")) return ""
  const hour = moving.from.at ? moving.from.at.slice(11) : "12:00"
  if (target.matches(".day")) return `${target.dataset.day}T${hour}`
  const box = target.getBoundingClientRect()
  const quarter = Math.max(0, Math.min(3, Math.floor(((y - box.top) / box.height) * 4)))
  return `${target.dataset.day}T${pad(target.dataset.hour)}:${pad(quarter * 15)}`
}

board?.addEventListener("pointerdown", (event) => {
  const entry = event.target.closest(".entry[data-move]")
  if (!may || !entry || event.button !== 0 || moving) return
  press = { entry, x: event.clientX, y: event.clientY, touch: event.pointerType !== "mouse" }
  if (press.touch) press.hold = setTimeout(() => press && raise(), HOLD)
})
document.addEventListener("pointermove", (event) => {
  if (!press) return
  const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK
  if (!press.ghost && far && press.touch) return end(false) // it was a scroll
  if (!press.ghost && far) raise()
  if (press.ghost) follow(press.x = event.clientX, press.y = event.clientY)
})
// A finger that drags does not scroll.
document.addEventListener("touchmove", (event) => { if (press?.ghost) event.preventDefault() }, { passive: false })
document.addEventListener("contextmenu", (event) => { if (press?.ghost) event.preventDefault() })

function end(whole, x, y) {
  if (!press) return
  clearTimeout(press.hold)
  const { ghost, entry } = press
  press = null
  board.querySelectorAll(".over").forEach((one) => one.classList.remove("over"))
  if (!ghost) return
  ghost.remove()
  entry.classList.remove("dragging")
  const target = whole && under(x, y)
  const draft = entry.matches(".draft")
  if (!target || (target.matches("[data-tray]") && !draft)) return back()
  const at = landed(target, y)
  if (at === moving.from.at) return back()
  put(at)
  drop()
}
document.addEventListener("pointerup", (event) => {
  if (press?.ghost) { // the click that ends a drag opens nothing
    const swallow = (click) => { click.preventDefault(); click.stopPropagation() }
    addEventListener("click", swallow, { capture: true, once: true })
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50)
  }
  end(true, event.clientX, event.clientY)
})
document.addEventListener("pointercancel", () => end(false))
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && press) end(false) })
board?.addEventListener("dragstart", (event) => event.preventDefault())

// ── a look at one post; a new one on a day ──
const peek = document.getElementById("peek")
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === peek && !peek.open) peek.showModal()
})
peek?.addEventListener("click", ({ target }) => { if (target.closest("[data-shut]")) setTimeout(() => peek.close(), 0) })
board?.addEventListener("dblclick", ({ target }) => {
  const add = !target.closest(".entry") && target.closest("[data-day]")?.querySelector(".day-add, .slot-add")
  if (add) location.assign(add.href)
})

// A week begins where people work.
const hours = board?.querySelector(".week")
const eight = hours?.querySelector('.hour[data-hour="8"]')
if (eight) hours.scrollTop = eight.offsetTop - hours.querySelector(".weekday").offsetHeight

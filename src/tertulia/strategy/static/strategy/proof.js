// A text that is read while it is written. <div class="proofed"><textarea data-proof="address"></textarea></div> and,
// somewhere in the same form, <div data-proof-said="id of the textarea"></div>, where the server's findings go.
// It is told which channels the text goes to: the field's own (data-channel), or those chosen in its form that have no words
// of their own. If it answers with the header Reach, that address is asked too, once the writer rests: it asks the net whether
// links and handles exist, and gives the whole list again.
// Ctrl+. mends what stands at the caret, or the next thing that can be mended; the browser's own undo takes it back.
const waiting = new WeakMap(), asking = new WeakMap(), shown = new WeakMap()
const REST = 700  // ms after the list: who is in the middle of a link goes on writing
const PARDON = 1200  // ms
const said = (field) => document.querySelector(`[data-proof-said="${CSS.escape(field.id)}"]`)
const all = (root = document) => root.querySelectorAll?.("textarea[data-proof]") ?? []
const SAME = ["font", "letterSpacing", "lineHeight", "padding", "borderWidth", "textIndent", "direction", "tabSize"]

// Offsets come in code points; the browser counts UTF-16 units.
function places(field) {
  const points = [...field.value], at = [0]
  for (const point of points) at.push(at.at(-1) + point.length)
  return [...(said(field)?.querySelectorAll("[data-start]") ?? [])].map((item) => ({
    item, start: at[Math.min(item.dataset.start, points.length)], end: at[Math.min(item.dataset.end, points.length)],
  }))
}

function draw(field, here = null) {
  const box = field.parentElement
  if (!box.classList.contains("proofed")) return
  let mirror = box.querySelector(".proof-mirror")
  if (!mirror) {
    mirror = document.createElement("div")
    mirror.className = "proof-mirror"
    mirror.ariaHidden = "true"
    field.before(mirror)
    field.addEventListener("scroll", () => { mirror.scrollTop = field.scrollTop })
  }
  const style = getComputedStyle(field)
  for (const name of SAME) mirror.style[name] = style[name]
  const pieces = []
  let done = 0
  for (const { item, start, end } of places(field)) {
    if (item.hidden || start < done || end <= start) continue
    const mark = document.createElement("mark")
    mark.className = `${item.dataset.severity}${item === here ? " here" : ""}`
    mark.textContent = field.value.slice(start, end)
    pieces.push(field.value.slice(done, start), mark)
    done = end
  }
  mirror.replaceChildren(...pieces, `${field.value.slice(done)}\n`)
  mirror.scrollTop = field.scrollTop
}

function channels(field) {
  if (field.dataset.channel) return [field.dataset.channel]
  const own = (pk) => field.form.querySelector(`textarea[data-channel="${CSS.escape(pk)}"]`)?.value.trim()
  return new FormData(field.form).getAll("channel").filter((pk) => !own(pk))
}

async function check(field, address = field.dataset.proof) {
  asking.get(field)?.abort()
  const control = new AbortController(), text = field.value
  asking.set(field, control)
  const body = new URLSearchParams([["text", text], ...channels(field).map((pk) => ["channel", pk])])
  const headers = { "X-CSRFToken": field.form.elements.csrfmiddlewaretoken.value, "HX-Request": "true" }
  const answer = await fetch(address, { method: "POST", body, headers, signal: control.signal }).catch(() => null)
  if (!answer?.ok || field.value !== text || !said(field)) return
  const list = await answer.text(), more = answer.headers.get("Reach")
  if (address === field.dataset.proof || list !== shown.get(field)) {
    said(field).innerHTML = list
    window.htmx?.process(said(field))
    pardon(field)
    draw(field)
  }
  shown.set(field, list)
  if (more) soon(field, REST, more)
}

// A word half typed looks like a slip: nothing is said of what the caret stands at until the typing rests.
function pardon(field) {
  const caret = document.activeElement === field ? field.selectionEnd : -1
  const half = places(field).filter(({ start, end }) => start < end && end === caret && /\p{L}$/u.test(field.value.slice(start, end)))
  for (const { item } of half) item.hidden = true
  if (half.length) setTimeout(() => { for (const { item } of half) item.hidden = false; draw(field) }, PARDON)
}

function soon(field, wait = 250, address = undefined) {
  clearTimeout(waiting.get(field))
  waiting.set(field, setTimeout(() => check(field, address), wait))
}

function mend(field, { start, end }, fix) {
  field.focus()
  field.setSelectionRange(start, end)
  // the only way that the browser's undo knows of
  document.execCommand(fix ? "insertText" : "delete", false, fix)
  soon(field, 0)
}

const owner = (item) => document.getElementById(item.closest("[data-proof-said]").dataset.proofSaid)
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("textarea[data-proof]")) return
  said(target)?.querySelectorAll("button").forEach((button) => { button.disabled = true })
  draw(target)
  soon(target)
})
document.addEventListener("change", ({ target }) => {
  if (target.name === "channel") for (const field of all(target.form)) if (field.value.trim()) soon(field)
})
document.addEventListener("click", ({ target }) => {
  const item = target.closest?.("[data-proof-said] [data-start]")
  if (!item) return
  const field = owner(item), place = places(field).find((one) => one.item === item)
  const fix = target.closest("[data-fix]")
  if (fix) return mend(field, place, fix.dataset.fix)
  if (!target.closest("[data-go]")) return
  field.focus()
  field.setSelectionRange(place.start, place.end)
})
for (const [moment, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(moment, ({ target }) => {
    const item = target.closest?.("[data-proof-said] [data-start]")
    if (item) draw(owner(item), on ? item : null)
  })
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "." || !(event.ctrlKey || event.metaKey) || !event.target.matches?.("textarea[data-proof]")) return
  const field = event.target, caret = field.selectionStart
  const mendable = places(field).filter(({ item }) => item.querySelector("[data-fix]:not(:disabled)"))
  const place = mendable.find(({ end }) => end >= caret) ?? mendable[0]
  if (!place) return
  event.preventDefault()
  mend(field, place, place.item.querySelector("[data-fix]").dataset.fix)
})

const begin = (root) => { for (const field of all(root)) if (field.value.trim()) soon(field, 0) }
document.addEventListener("htmx:afterSettle", ({ detail }) => begin(detail.elt))
document.body.addEventListener("voice-changed", () => begin(document))
begin(document)

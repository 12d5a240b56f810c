// Readings: what was understood shows the words that weighed, opens where it can be put right, and is put right by key.
// Without this module all of it works as links and forms.
const pane = () => document.getElementById("lectura")
const seen = (element) => element.getClientRects().length > 0
const first = (place) => place?.querySelector(".confirm") ?? place?.querySelector("[aria-pressed=true]") ?? place?.querySelector("[data-choice]")

// --- the words that weighed
let hovered = null

function light() {
  document.querySelectorAll("mark.lit").forEach((mark) => mark.classList.remove("lit"))
  for (const told of [hovered, document.activeElement?.closest("[data-why]")]) {
    if (!told) continue
    const of = told.closest("[data-of]")?.dataset.of
    const text = of ? document.getElementById(of) : told.closest(".said")
    for (const name of told.dataset.why.split(" ")) {
      text?.querySelectorAll(`mark.${CSS.escape(name)}`).forEach((mark) => mark.classList.add("lit"))
    }
  }
}

document.addEventListener("pointerover", ({ target }) => {
  const told = target.closest?.("[data-why]") ?? null
  if (told === hovered) return
  hovered = told
  light()
})
document.addEventListener("focusin", light)
document.addEventListener("focusout", () => setTimeout(light))

// --- opening it: beside the conversation, where there is room or in its drawer
function unfold(head) {
  const rest = head?.closest("details.rest")
  if (rest) rest.open = true
  if (head) head.open = true
}

async function show(link) {
  const { read, head } = link.dataset
  const place = pane()
  place.dataset.kept = link.closest(".said.last") ? "" : "1"
  if (place.querySelector("[data-card]")?.dataset.card !== read) {
    await htmx.ajax("GET", link.href, { source: place, target: "#lectura [data-card]", swap: "outerHTML" })
  }
  const drawer = place.closest("[popover]")
  if (drawer && !seen(drawer)) drawer.showPopover()
  if (drawer?.matches(":popover-open")) document.getElementById(`m${read}`)?.scrollIntoView({ block: "start" })
  const chosen = head && place.querySelector(`.head-of[data-head="${head}"]`)
  unfold(chosen)
  const summary = (chosen || place).querySelector("summary")
  summary?.focus({ preventScroll: true })
  summary?.scrollIntoView({ block: "nearest" })
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-read]")
  if (!link || !pane() || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  show(link)
})

// --- keys: a figure opens a head, then chooses; Enter is the button's own; Esc shuts
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
  const card = event.target.closest?.("[data-card]"), item = event.target.closest?.("[data-item]")
  if ((!card && !item) || localStorage.getItem("keys") === "off") return
  if (used(event.key, card, item, event.target)) {
    event.preventDefault()
    event.stopPropagation()
  }
}, true)

function used(key, card, item, target) {
  const open = item ?? target.closest(".head-of[open]") ?? card.querySelector(".head-of[open]")
  if (card && (key === "ArrowDown" || key === "ArrowUp")) return step(card, target, key === "ArrowDown" ? 1 : -1)
  if (card && open && key === "Escape") {
    open.open = false
    open.querySelector("summary").focus()
    return true
  }
  if (key.length !== 1) return false
  if (open) {
    const choice = open.querySelector(`[data-choice="${CSS.escape(key)}"]`)
    choice?.click()
    if (choice?.matches("summary")) choice.parentElement.querySelector("input[type=checkbox]").focus()
    return Boolean(choice)
  }
  const head = card.querySelector(`[data-opens="${CSS.escape(key)}"]`)
  if (!head) return false
  unfold(head)
  ;(first(head) ?? head.querySelector("summary")).focus()
  head.scrollIntoView({ block: "nearest" })
  return true
}

function step(card, target, by) {
  const all = [...card.querySelectorAll(".head-of > summary, .rest > summary, .near > summary")].filter(seen)
  const at = all.findIndex((one) => one === target || one.parentElement.contains(target))
  all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus()
  return true
}

// --- afterwards one stands where one was; in a queue, on the next
let back = null
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const form = detail.elt.closest?.(".choices form")
  if (!form) return
  const item = form.closest("[data-item]"), next = item?.nextElementSibling ?? item?.previousElementSibling
  back = item ? () => first(next)?.focus() : restore(form.closest("[data-card]").dataset.card, form.closest("[data-head]").dataset.head)
})

const restore = (pk, head) => () => {
  const fresh = document.querySelector(`[data-card="${pk}"] .head-of[data-head="${head}"]`)
  if (!fresh) return
  unfold(fresh)
  fresh.open = false
  fresh.querySelector("summary").focus()
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!back || !detail.elt.closest?.("[data-card], [data-item]")) return
  back()
  back = null
})

// what is being put right is not drawn anew under one's hands, nor the reading of another message that was asked for
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const { target } = detail
  if (target.id === "lectura" && (target.contains(document.activeElement) || target.dataset.kept)) detail.shouldSwap = false
})

// --- what it is like, when asked
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("details[data-near]") && target.open) htmx.trigger(target.querySelector("[hx-get]"), "look")
}, true)

// --- what others say of readings meanwhile
let look = 0
for (const name of ["reading_corrected", "correction_undone"]) {
  document.body.addEventListener(`live:${name}`, () => {
    clearTimeout(look)
    look = setTimeout(() => { if (document.getElementById("cola")?.matches(".talk")) htmx.trigger("#cola", "inbox-look") }, 400)
  })
}

// The inbox keeps its place: conversations open beside the list, rows change where they stand, the page's address follows.
// Without this module everything works as links and forms.
const panes = document.getElementById("paneles")
const opened = () => document.getElementById("abierta")
const list = () => document.getElementById("filas")
const row = (id) => document.getElementById(`fila-${id}`)
const phone = () => document.querySelector(".pane.views").getClientRects().length === 0 || getComputedStyle(panes).gridTemplateColumns.split(" ").length === 1

// --- opening one
let press = ""

function mark(id) {
  list()?.querySelectorAll("[aria-current]").forEach((one) => one.removeAttribute("aria-current"))
  row(id)?.setAttribute("aria-current", "true")
}

// Each asks from a place of its own: htmx queues what is asked from one place, and says of what waits that it is done.
function open(address, { push = true } = {}) {
  htmx.trigger(opened(), "htmx:abort")
  return htmx.ajax("GET", address, { source: opened(), target: opened(), swap: "innerHTML" }).then(() => {
    const detail = document.getElementById("detalle")
    if (!detail) return
    panes.dataset.show = "detail"
    mark(detail.dataset.conversation)
    if (push) history.pushState({ opened: address }, "", address)
    end()
    if (press) document.querySelector(`.opened [data-key="${press}"], .opened [aria-keyshortcuts="${press}"]`)?.click()
    press = ""
  }, () => {}) // another was opened meanwhile
}

function shut() {
  panes.dataset.show = "list"
  const current = list()?.querySelector("[aria-current] .row-link") ?? list()?.querySelector(".row-link")
  current?.focus({ preventScroll: true })
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
  const link = event.target.closest(".rows .row-link")
  if (link) {
    event.preventDefault()
    open(link.getAttribute("href"))
  } else if (event.target.closest("[data-back]") && list()) {
    event.preventDefault()
    const narrow = phone()
    shut()
    if (narrow) history.pushState({}, "", event.target.closest("[data-back]").href)
  }
})

addEventListener("popstate", ({ state }) => {
  if (state?.opened) open(state.opened, { push: false })
  else if (/\/\d+\/$/.test(location.pathname)) open(location.pathname + location.search, { push: false })
  else shut()
})

// --- the end of the talk is what one reads first
const scroller = () => document.getElementById("detalle")
const atEnd = (pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120
function end() {
  const pane = scroller()
  if (pane && !location.hash) pane.scrollTop = pane.scrollHeight
}
if (panes.dataset.show === "detail") end()

let held = null
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const pane = scroller()
  if (!pane) return
  if (detail.target.id === "cola") held = { pane, follow: atEnd(pane), top: pane.scrollTop }
  if (detail.target.id === "antes") held = { pane, bottom: pane.scrollHeight - pane.scrollTop }
})
document.addEventListener("htmx:afterSettle", () => {
  if (!held) return
  const { pane, follow, top, bottom } = held
  held = null
  if (bottom !== undefined) pane.scrollTop = pane.scrollHeight - bottom
  else if (follow) pane.scrollTop = pane.scrollHeight
  else pane.scrollTop = top
})

// --- what happens elsewhere
const said = ["message_received", "message_edited", "message_vanished", "message_hidden", "message_shown", "message_read",
  "reply_written", "reply_sent", "note_written", "hide_decided", "show_decided", "delete_decided", "note_decided", "verdict_lifted", "dispatch_sent", "dispatch_refused",
  "dispatch_unsure", "dispatch_expired", "conversation_assigned", "conversation_labelled", "conversation_closed", "conversation_reopened", "conversation_snoozed", "again"]
let look = 0
function again() {
  clearTimeout(look)
  look = setTimeout(() => {
    const tail = document.getElementById("cola")
    if (tail) htmx.trigger(tail, "inbox-look")
    rows([...(list()?.querySelectorAll("[data-row]") ?? [])].map((one) => one.id.slice(5)))
  }, 400)
}
for (const name of said) document.body.addEventListener(`live:${name}`, again)

function rows(ids) {
  if (!ids.length) return
  const query = new URLSearchParams(location.search)
  query.delete("despues")
  ids.slice(-200).forEach((id) => query.append("ids", id))
  htmx.ajax("GET", `${panes.dataset.rowsUrl}?${query}`, { source: panes, target: panes, swap: "none" }).catch(() => {})
}

// a row that is drawn again stays chosen and current
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const before = detail.target
  const fresh = detail.fragment.querySelector?.(`#${CSS.escape(before.id)}`) ?? detail.fragment.firstElementChild
  if (!before.matches("[data-row]") || !fresh) return
  const box = fresh.querySelector("[name=ids]")
  if (box) box.checked = before.querySelector("[name=ids]")?.checked ?? false
  if (before.matches("[aria-current]")) fresh.setAttribute("aria-current", "true")
})

// --- after an act: the rows as they are now; when the open one is done with, the next one
document.body.addEventListener("inbox-changed", ({ detail }) => {
  const ids = detail.ids ?? []
  list()?.querySelectorAll("[name=ids]:checked").forEach((box) => { box.checked = false })
  count()
  rows(ids.map(String).filter(row))
  if (detail.open) return void open(detail.open)
  const current = document.getElementById("detalle")?.dataset.conversation
  if (!detail.leave || !ids.map(String).includes(current) || !list()) return
  const all = [...list().querySelectorAll("[data-row]")]
  const at = all.findIndex((one) => one.id === `fila-${current}`)
  const next = all.slice(at + 1).find((one) => !ids.map(String).includes(one.id.slice(5)) && !one.matches(".out"))
  if (phone()) return shut()
  if (next) {
    const link = next.querySelector(".row-link")
    open(link.getAttribute("href")).then(() => link.focus({ preventScroll: true }))
  }
})

// --- choosing several
function count() {
  const shown = document.getElementById("elegidas")
  if (!shown) return
  shown.dataset.label ??= shown.textContent
  const chosen = list()?.querySelectorAll("[name=ids]:checked").length ?? 0
  shown.textContent = `${shown.dataset.label}: ${chosen}`
}
document.addEventListener("change", ({ target }) => { if (target.name === "ids") count() })
document.addEventListener("reset", () => setTimeout(count))

// --- keys: what is pressed on a row of the list is about that row
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey ? event.key === "Enter" : false) {
    const form = event.target.closest?.("[data-send]")?.closest("form")
    if (form) { event.preventDefault(); form.requestSubmit() }
    return
  }
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || localStorage.getItem("keys") === "off") return
  const link = event.target.closest?.(".rows [data-row]:not([aria-current])")?.querySelector(".row-link")
  if (!link || event.target.matches("input") || !"rnaezhl".includes(event.key) || list().querySelector("[name=ids]:checked")) return
  event.preventDefault()
  event.stopPropagation()
  press = event.key
  open(link.getAttribute("href"))
}, true)
document.addEventListener("click", ({ target }) => {
  if (target.dataset?.focus) setTimeout(() => document.getElementById(target.dataset.focus)?.focus())
})

// --- dialogs, and the address of a list that was narrowed
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const dialog = detail.target.id.endsWith("-cuerpo") && detail.target.closest("dialog")
  if (dialog && !dialog.open) dialog.showModal()
  if (detail.target.matches(".choices")) detail.target.querySelector("select")?.focus()
  if (detail.requestConfig?.target?.id === "resultados") {
    htmx.trigger(panes, "htmx:abort") // rows that were asked for the list of before
    // the conversation stays open: only what the list shows is another
    const asked = new URL(detail.pathInfo.finalRequestPath, location.href)
    for (const [name, value] of [...asked.searchParams]) if (!value) asked.searchParams.delete(name)
    history.replaceState({}, "", location.pathname + asked.search)
  }
  if (detail.requestConfig?.target?.id === "escribir" && detail.requestConfig.verb === "get") document.getElementById("texto")?.focus()
})
document.body.addEventListener("inbox-changed", () => document.querySelectorAll("dialog[open]").forEach((one) => one.querySelector("[id$=-cuerpo]") && one.close()))

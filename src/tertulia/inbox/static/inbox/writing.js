// The writer. What is written is kept on the server a moment after every key, for every device; the copy in this browser
// (drafts.js) is let go once the server has it, so that it only ever holds what the server does not.
const REST = 900, LONGEST = 4000 // ms: after the last key, and at most after the first
const form = () => document.getElementById("respuesta")
const field = () => document.getElementById("texto")
const panes = document.getElementById("paneles")

// --- kept while it is written
let later = 0, first = 0, keeping = Promise.resolve()

function body(of) {
  const data = new FormData(of)
  return new URLSearchParams([...data].filter(([, value]) => typeof value === "string"))
}

function drafted(id, is) {
  const at = form()
  if (at?.dataset.conversation === id && at.hasAttribute("data-begun") !== is) {
    at.toggleAttribute("data-begun", is)
    document.body.dispatchEvent(new CustomEvent("inbox-changed", { detail: { ids: [Number(id)] } }))
  }
}

function keep({ leaving = false } = {}) {
  clearTimeout(later)
  const of = form(), text = field()
  if (!of || !text || !first) return keeping
  first = 0
  const said = text.value, name = `keep:${text.dataset.keep}`, sent = body(of), { keepAt, conversation } = of.dataset
  if (leaving) return void navigator.sendBeacon(keepAt, sent)
  keeping = keeping.then(() => fetch(keepAt, { method: "POST", body: sent })).then((answer) => {
    if (!answer.ok) return
    if (localStorage.getItem(name) === said) localStorage.removeItem(name)
    drafted(conversation, said.trim() !== "" || sent.has("picture"))
  }).catch(() => {}) // the copy in this browser stays; the next key tries again
  return keeping
}

function soon() {
  first ||= Date.now()
  clearTimeout(later)
  later = setTimeout(keep, Math.min(REST, Math.max(0, first + LONGEST - Date.now())))
}

for (const name of ["input", "pictures-changed"]) {
  document.addEventListener(name, ({ target }) => { if (target.closest?.("#respuesta")) { soon(); gaps() } })
}
addEventListener("pagehide", () => keep({ leaving: true }))
// before another conversation takes its place, or something else is put into the writer
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const to = detail.target?.id
  if ((to === "abierta" || to === "escribir") && detail.elt !== form()) keep()
})
document.addEventListener("htmx:confirm", (event) => {
  // what takes the writer's place on the server must find there what was written up to now
  if (!event.target.matches?.("[data-flush]") || !first) return
  event.preventDefault()
  keep().then(() => event.detail.issueRequest(true))
})
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt !== form()) return
  clearTimeout(later) // it is on its way: what is kept late is refused by its key
  first = 0
})

// --- variables that nothing was put in stop the answer; the first one is chosen, to be written over
const GAP = /\{[a-záéíóúñ_]{2,20}\}/g
function gaps() {
  const said = document.getElementById("huecos"), found = [...new Set(field()?.value.match(GAP) ?? [])]
  if (!said) return
  const known = (said.dataset.names ?? "").split(" ")
  const left = found.filter((one) => known.includes(one.slice(1, -1)))
  said.hidden = left.length === 0
  said.textContent = left.length ? `${said.dataset.words} ${left.join(", ")}` : ""
}

export function put(text, { whole = false } = {}) {
  const at = field()
  if (!at) return
  at.focus()
  if (whole) at.select()
  // as if it had been typed: the browser's own undo takes it back
  if (!document.execCommand("insertText", false, text)) at.setRangeText(text, at.selectionStart, at.selectionEnd, "end")
  at.dispatchEvent(new Event("input", { bubbles: true }))
  const gap = at.value.match(/\{[a-záéíóúñ_]{2,20}\}/)
  if (gap) at.setSelectionRange(gap.index, gap.index + gap[0].length)
}

// --- saved replies: by / at the beginning of a word, or by the button
const menu = () => document.getElementById("guardadas")
let slash = -1, looking = 0

async function saved(words) {
  const at = field(), mine = ++looking
  if (!at) return
  const answer = await fetch(`${at.dataset.saved}?${new URLSearchParams({ q: words })}`).catch(() => null)
  const page = answer?.ok ? await answer.text() : ""
  if (!page || mine !== looking) return // something else was typed meanwhile
  let box = menu()
  if (!box) {
    box = document.createElement("div")
    box.id = "guardadas"
    box.className = "saved-menu"
    at.closest(".writer").before(box)
  }
  box.innerHTML = page
  box.querySelector("[role=option]")?.setAttribute("aria-selected", "true")
}

function shut() {
  menu()?.remove()
  looking++
  slash = -1
}

function take(option) {
  const at = field(), text = option.querySelector("template").content.textContent
  if (slash >= 0) at.setSelectionRange(slash, at.selectionStart)
  shut()
  put(text)
  fetch(option.dataset.used, { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: form().elements.csrfmiddlewaretoken.value }) }).catch(() => {})
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "texto") return
  const before = target.value.slice(0, target.selectionStart)
  const found = before.match(/(?:^|\s)\/([\p{L}\d ]{0,30})$/u)
  if (!found) return shut()
  slash = before.lastIndexOf("/")
  saved(found[1])
})
document.addEventListener("keydown", (event) => {
  const box = menu()
  if (!box || event.target.id !== "texto" && !box.contains(event.target)) return
  const all = [...box.querySelectorAll("[role=option]")], at = all.findIndex((one) => one.getAttribute("aria-selected") === "true")
  const go = (to) => {
    all[at]?.removeAttribute("aria-selected")
    all[to]?.setAttribute("aria-selected", "true")
    all[to]?.scrollIntoView({ block: "nearest" })
  }
  if (event.key === "Escape") shut()
  else if (event.key === "ArrowDown") go((at + 1) % all.length)
  else if (event.key === "ArrowUp") go((at - 1 + all.length) % all.length)
  else if ((event.key === "Enter" || event.key === "Tab") && all[at] && !event.ctrlKey && !event.metaKey) take(all[at])
  else return
  event.preventDefault()
  event.stopPropagation()
}, true)
document.addEventListener("click", ({ target }) => {
  const option = target.closest?.("#guardadas [role=option]")
  if (option) return take(option)
  if (target.closest?.("[data-saved-open]")) {
    if (menu()) return shut()
    slash = -1
    field().focus()
    return void saved("")
  }
  if (!target.closest?.("#guardadas")) shut()
  const likely = target.closest?.("[data-likely-open]")
  if (likely) suggest()
  const used = target.closest?.("[data-use]")
  if (used) put(used.closest("[data-suggested]").querySelector("template").content.textContent, { whole: true })
})

// --- what was answered to messages like this one: only when somebody asks, or rests on an empty writer
let asked = ""
async function suggest() {
  const box = document.getElementById("sugerencias")
  if (!box) return
  const message = form().elements.message.value
  box.setAttribute("aria-busy", "true")
  const answer = await fetch(`${box.dataset.likely}?${new URLSearchParams({ a: message })}`).catch(() => null)
  box.removeAttribute("aria-busy")
  if (answer?.ok) box.innerHTML = await answer.text()
}
document.addEventListener("focusin", ({ target }) => {
  if (target.id !== "texto" || target.value.trim() || asked === form().dataset.conversation) return
  asked = form().dataset.conversation
  suggest()
})

// --- what others bring, ask and decide shows here at once; who is in the middle of deciding is left in peace
for (const name of ["draft_brought", "draft_dropped", "approval_asked", "approval_withdrawn", "approval_returned", "reply_approved", "again"]) {
  document.body.addEventListener(`live:${name}`, () => {
    const cards = document.getElementById("tarjetas")
    if (!cards || cards.contains(document.activeElement)) return
    htmx.ajax("GET", cards.dataset.again, { source: cards, target: cards, swap: "innerHTML" }).catch(() => {})
  })
}

// --- notes: @ calls somebody of the team
const calls = () => document.getElementById("llamadas")
function callable(target) {
  const before = target.value.slice(0, target.selectionStart), found = before.match(/(?:^|[\s(])@([\p{L}.]{0,30})$/u)
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
  const names = (target.dataset.names ?? "").split("|").filter(Boolean)
  return found ? names.filter((name) => fold(name).split(" ").some((part) => part.startsWith(fold(found[1])))).slice(0, 6) : []
}
document.addEventListener("input", ({ target }) => {
  if (target.id !== "nota") return
  calls()?.remove()
  const found = callable(target)
  if (!found.length) return
  const box = document.createElement("div")
  box.id = "llamadas"
  box.className = "saved-menu calls"
  box.setAttribute("role", "listbox")
  for (const name of found) {
    const option = document.createElement("button")
    option.type = "button"
    option.setAttribute("role", "option")
    option.textContent = name
    box.append(option)
  }
  box.firstElementChild.setAttribute("aria-selected", "true")
  target.closest(".writer").before(box)
})
function call(name) {
  const at = document.getElementById("nota"), start = at.value.slice(0, at.selectionStart).lastIndexOf("@")
  calls()?.remove()
  at.focus()
  at.setRangeText(`@${name} `, start, at.selectionStart, "end")
  at.dispatchEvent(new Event("input", { bubbles: true }))
}
document.addEventListener("click", ({ target }) => {
  const option = target.closest?.("#llamadas [role=option]")
  if (option) call(option.textContent)
  else calls()?.remove()
})
document.addEventListener("keydown", (event) => {
  const box = calls()
  if (!box || event.target.id !== "nota") return
  const all = [...box.children], at = all.findIndex((one) => one.getAttribute("aria-selected") === "true")
  if (event.key === "Escape") box.remove()
  else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) call(all[at].textContent)
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    all[at].removeAttribute("aria-selected")
    all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length].setAttribute("aria-selected", "true")
  } else return
  event.preventDefault()
  event.stopPropagation()
}, true)

// what drafts.js gave back from this browser, before this module listened, is not on the server yet
if (field() && field().value !== field().defaultValue) { soon(); gaps() }

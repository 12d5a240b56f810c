// Shortcuts. An element declares its own: data-key="r", or data-key="g b" for two strokes; it is clicked, a field is
// focused. A list declares [data-rows] and its rows [data-row]: j and k move, x chooses, Enter is the link's own.
// data-rows="follow" also opens the row moved to. People may switch single-key shortcuts off (WCAG 2.1.4).
const off = () => localStorage.getItem("keys") === "off"
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]")
const seen = (element) => element.getClientRects().length > 0 && !element.disabled
let before = "", forget = 0

const rows = () => {
  const lists = [...document.querySelectorAll("[data-rows]")].filter(seen)
  const list = lists.find((one) => one.contains(document.activeElement)) ?? lists[0]
  return { list, items: list ? [...list.querySelectorAll("[data-row]")].filter(seen) : [] }
}
const link = (row) => (row.matches("a, button") ? row : row.querySelector(".row-link, a, button") ?? row)

function move(step) {
  const { list, items } = rows()
  if (!items.length) return false
  let at = items.findIndex((row) => row.contains(document.activeElement))
  if (at < 0) at = items.findIndex((row) => row.matches("[aria-current]") || row.querySelector("[aria-current]"))
  const row = items[at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + step))]
  const target = link(row)
  target.focus({ preventScroll: true })
  row.scrollIntoView({ block: "nearest" })
  if (list.dataset.rows === "follow") target.click()
  return true
}

function choose() {
  const { items } = rows()
  const box = items.find((row) => row.contains(document.activeElement))?.querySelector("input[type=checkbox]")
  box?.click()
  return Boolean(box)
}

function press(keys) {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)].find((one) => seen(one) || one.closest(".rail"))
  if (!target) return false
  if (target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) target.focus()
  else target.click()
  return true
}

function help() {
  const dialog = document.getElementById("shortcuts")
  const list = dialog?.querySelector("[data-keys-list]")
  if (!list) return false
  list.querySelectorAll("[data-own]").forEach((one) => one.remove())
  for (const element of document.querySelectorAll("[data-key]")) {
    const entry = document.createElement("div")
    entry.dataset.own = ""
    const keys = document.createElement("dt")
    for (const stroke of element.dataset.key.split(" ")) keys.append(Object.assign(document.createElement("kbd"), { textContent: stroke }), " ")
    const name = element.getAttribute("aria-label") || element.title || element.labels?.[0]?.textContent || element.textContent
    entry.append(keys, Object.assign(document.createElement("dd"), { textContent: name.trim() }))
    list.append(entry)
  }
  return true
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) return event.target.blur()
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  if (off() || typing(event.target) || document.querySelector("dialog:modal")) return
  if (event.key.length !== 1 || event.key === " ") return
  const keys = before ? `${before} ${event.key}` : event.key
  before = ""
  clearTimeout(forget)
  const done = press(keys)
    || (keys === "j" && move(1)) || (keys === "k" && move(-1)) || (keys === "x" && choose())
    || (keys === "?" && (document.querySelector("[commandfor=shortcuts]")?.click(), true))
  if (done) return event.preventDefault()
  if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
    before = event.key
    forget = setTimeout(() => { before = "" }, 1200)
  }
})

document.getElementById("shortcuts")?.addEventListener("beforetoggle", help)
document.addEventListener("click", ({ target }) => { if (target.closest("[commandfor=shortcuts]")) help() }, true)
const box = document.querySelector("[data-keys-off]")
if (box) {
  box.checked = !off()
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"))
}

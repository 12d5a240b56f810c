// What the frame needs where the browser lacks it, and the small behaviours of components.

// A bar for requests that take longer than 300 ms.
const bar = document.getElementById("progress")
let running = 0, waiting = 0
document.addEventListener("htmx:beforeRequest", () => {
  if (running++ === 0) waiting = setTimeout(() => bar?.classList.add("on"), 300)
})
document.addEventListener("htmx:afterRequest", () => {
  if ((running = Math.max(0, running - 1)) > 0) return
  clearTimeout(waiting)
  bar?.classList.remove("on")
})

// command="show-modal" for browsers without invoker commands.
if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[commandfor]")
    const dialog = opener && document.getElementById(opener.getAttribute("commandfor"))
    if (dialog && opener.getAttribute("command") === "show-modal") dialog.showModal()
    if (dialog && opener.getAttribute("command") === "close") dialog.close()
  })
}

// Menus: their place where the browser cannot anchor them, arrows inside, shut after a choice.
const anchors = CSS.supports("position-area: block-end")
document.addEventListener("toggle", ({ target: menu, newState }) => {
  if (!menu.matches?.(".menu") || newState !== "open") return
  if (!anchors) {
    const from = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = menu
    const left = menu.classList.contains("end") ? from.right - width : from.left
    const below = from.bottom + height + 8 < innerHeight
    menu.style.setProperty("left", `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`)
    menu.style.setProperty("top", `${below ? from.bottom : Math.max(8, from.top - height - 8)}px`)
  }
  ;(menu.querySelector("[autofocus]") ?? menu.querySelector("a, button"))?.focus()
}, true)
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu")
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!menu || !step) return
  event.preventDefault()
  const items = [...menu.querySelectorAll("a, button")]
  items[(items.indexOf(event.target) + step + items.length) % items.length]?.focus()
})
document.addEventListener("click", (event) => {
  const menu = event.target.closest("a, button")?.closest(".menu[popover]")
  if (menu) setTimeout(() => menu.hidePopover())
})

// A click outside a dialog shuts it, unless something was written in it.
document.addEventListener("mousedown", ({ target }) => {
  if (!(target instanceof HTMLDialogElement)) return
  const written = [...target.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue)
  if (!written) target.close()
})

// Rings that count what is written: data-count="id of the field", data-limit; graphemes, as people count.
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter() : null
const length = (text) => (segmenter ? [...segmenter.segment(text)].length : [...text].length)
function count(ring) {
  const field = document.getElementById(ring.dataset.count)
  if (!field) return
  const limit = Number(ring.dataset.limit)
  const left = limit - length(field.value)
  ring.querySelector(".ring-left").textContent = left
  ring.querySelector(".ring-fill").setAttribute("stroke-dasharray", `${Math.min(1, 1 - left / limit) * 100} 100`)
  ring.classList.toggle("near", left <= limit * 0.1 && left >= 0)
  ring.classList.toggle("over", left < 0)
}
document.addEventListener("input", ({ target }) => {
  if (target.id) document.querySelectorAll(`[data-count="${CSS.escape(target.id)}"]`).forEach(count)
})

// Drop zones: light up, and say what was chosen.
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, ({ target }) => target.closest?.(".drop")?.classList.toggle("over", over))
}
document.addEventListener("change", ({ target }) => {
  const names = target.matches(".drop input[type=file]") && target.closest(".drop").querySelector(".drop-names")
  if (names) names.textContent = [...target.files].map((file) => file.name).join(", ")
})

// Text to the clipboard.
document.addEventListener("click", async ({ target }) => {
  const from = target.closest("[data-copy]")
  if (!from) return
  await navigator.clipboard.writeText(from.dataset.copy || from.textContent)
  from.classList.add("copied")
  setTimeout(() => from.classList.remove("copied"), 1200)
})

const ready = (root) => root.querySelectorAll("[data-count]").forEach(count)
ready(document)
document.addEventListener("htmx:load", (event) => ready(event.target))

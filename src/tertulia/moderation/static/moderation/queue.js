// The moderators' queue: 1 leaves it; 2, 3, 4 and 5 open what else can be done, and then a number is the rule of the house.
const box = document.getElementById("caso")
const open = () => box.querySelector("details.choice[open]")

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys") === "off") return
  if (event.target.matches?.("textarea, input:not([type=checkbox])")) return
  const choice = open()
  if (!choice) return
  if (event.key === "Escape") choice.open = false
  else if (/^[1-9]$/.test(event.key)) choice.querySelector(`[data-rule="${event.key}"]`)?.click()
  else return
  event.preventDefault()
  event.stopPropagation()
}, true)

box.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("details.choice") && target.open) target.querySelector("[data-rule]")?.focus()
}, true)

// who stays long in one case keeps it; who goes away leaves it to others when its time is over
setInterval(() => {
  if (document.hidden || !box.querySelector("[data-case]")) return
  fetch(location.pathname, { headers: { "HX-Request": "true" } }).catch(() => {})
}, 120_000)

// the next one begins at its beginning
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === box) box.scrollIntoView({ block: "start" })
})

// what others queue or decide: an empty page fills by itself
for (const name of ["case_queued", "again"]) {
  document.body.addEventListener(`live:${name}`, () => {
    if (!box.querySelector("[data-case]")) htmx.ajax("GET", location.pathname, { target: box, swap: "innerHTML" })
  })
}
document.body.addEventListener("inbox-changed", () => htmx.ajax("GET", location.pathname, { target: box, swap: "innerHTML" }))

// What is being written is never lost: <textarea data-keep="reply:12"> is kept in this browser at every key, given back
// when the page comes again, and let go once the server has taken it.
const name = (field) => `keep:${field.dataset.keep}`
const fields = (root) => root.querySelectorAll?.("textarea[data-keep]") ?? []

function restore(root) {
  for (const field of fields(root)) {
    const kept = localStorage.getItem(name(field))
    if (kept === null || field.value !== field.defaultValue || kept === field.value) continue
    field.value = kept
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

function clear(form) {
  for (const field of fields(form)) localStorage.removeItem(name(field))
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("textarea[data-keep]")) return
  if (target.value.trim()) localStorage.setItem(name(target), target.value)
  else localStorage.removeItem(name(target))
})

// Through htmx: taken when the answer is good (422 shows the form again, with its text). Before the swap, or the new
// form would get the old text; after the request as well, because an HX-Redirect swaps nothing.
for (const moment of ["htmx:beforeSwap", "htmx:afterRequest"]) {
  document.addEventListener(moment, ({ detail }) => {
    const { elt, verb } = detail.requestConfig ?? {}
    const form = elt?.closest("form")
    if (form && verb !== "get" && detail.xhr.status >= 200 && detail.xhr.status < 300) clear(form)
  })
}

// By a plain form: taken when a page of ours comes as the answer. Error pages do not load this module, and going back
// is no answer.
document.addEventListener("submit", ({ target }) => {
  const sent = [...fields(target)].map(name)
  if (sent.length && !target.matches("[hx-post], [hx-put], [hx-patch]")) sessionStorage.setItem("sent", JSON.stringify(sent))
})
const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward"
if (!back) for (const key of JSON.parse(sessionStorage.getItem("sent") ?? "[]")) localStorage.removeItem(key)
sessionStorage.removeItem("sent")

restore(document)
document.addEventListener("htmx:load", ({ target }) => restore(target))

// Pictures of a text that is being written: chosen, pasted or dropped, put in order, each with its alternative text.
// <form data-upload="address" data-busy data-failed data-place> with, in it, <ol data-shots data-most-alt>, an
// <input type="file" data-files>, and [data-upload-said] and [data-order-said], where words go. A picture is one [data-shot].
// After every change the list fires pictures-changed.
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter() : null
export const length = (text) => (segmenter ? [...segmenter.segment(text)].length : [...text].length)
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name])
const sheetOf = (node) => node?.closest?.("form[data-upload]") ?? null
const shown = () => document.querySelector("form[data-upload]")
const shots = (sheet) => sheet.querySelector("[data-shots]")

function counted(sheet) {
  for (const shot of sheet?.querySelectorAll("[data-shot]") ?? []) {
    const written = length(shot.querySelector("textarea").value)
    const most = Number(shots(sheet).dataset.mostAlt), said = shot.querySelector("[data-alt-count]")
    said.textContent = written && most ? `${written}/${most}` : ""
    said.classList.toggle("over", most > 0 && written > most)
  }
}

function changed(sheet) {
  counted(sheet)
  shots(sheet).dispatchEvent(new Event("pictures-changed", { bubbles: true }))
}

export function add(sheet, shot) {
  const number = shot.querySelector("[name=picture]").value
  if (!shots(sheet).querySelector(`[name=picture][value="${number}"]`)) shots(sheet).append(shot)
}

async function upload(sheet, files) {
  const said = sheet?.querySelector("[data-upload-said]")
  if (!sheet || !shots(sheet) || !files.length) return
  const body = new FormData()
  for (const file of files) body.append("pictures", file)
  said.textContent = sheet.dataset.busy
  const headers = { "X-CSRFToken": sheet.elements.csrfmiddlewaretoken.value }
  const answer = await fetch(sheet.dataset.upload, { method: "POST", body, headers }).catch(() => null)
  const taken = document.createElement("template")
  if (answer?.ok || answer?.status === 422) taken.innerHTML = await answer.text()
  else return void (said.textContent = sheet.dataset.failed)
  const wrong = [...taken.content.querySelectorAll("[data-wrong]")].map((one) => one.textContent)
  said.textContent = wrong.join(" ")
  said.classList.toggle("wrong", wrong.length > 0)
  for (const shot of taken.content.querySelectorAll("[data-shot]")) add(sheet, shot)
  changed(sheet)
}

function place(shot, step) {
  const sheet = sheetOf(shot), other = step < 0 ? shot.previousElementSibling : shot.nextElementSibling
  if (!other) return
  if (step < 0) other.before(shot)
  else other.after(shot)
  const all = [...shots(sheet).children]
  sheet.querySelector("[data-order-said]").textContent = fill(sheet.dataset.place, { n: all.indexOf(shot) + 1, all: all.length })
  changed(sheet)
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-files]")) return
  upload(sheetOf(target), [...target.files])
  target.value = ""
})
document.addEventListener("input", ({ target }) => { if (target.closest?.("[data-shot]")) counted(sheetOf(target)) })
document.addEventListener("paste", (event) => {
  const sheet = sheetOf(event.target) ?? (event.target === document.body ? shown() : null)
  const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"))
  if (!files.length || !sheet) return
  event.preventDefault()
  upload(sheet, files)
})
document.addEventListener("click", ({ target }) => {
  const shot = target.closest("[data-shot]"), step = target.closest("[data-step]"), sheet = sheetOf(target)
  if (shot && step) { place(shot, Number(step.dataset.step)); step.focus() }
  else if (shot && target.closest("[data-remove]")) { shot.remove(); changed(sheet); sheet.querySelector("[data-files]")?.focus() }
  if (target.closest("[data-pick-files]")) sheet?.querySelector("[data-files]").click()
  const taken = target.closest("[data-take]")
  if (taken && sheet) {
    for (const one of taken.parentElement.querySelector("template").content.cloneNode(true).querySelectorAll("[data-shot]")) add(sheet, one)
    changed(sheet)
  }
})
let held = null
document.addEventListener("dragstart", ({ target }) => { held = target.closest?.("[data-shot]") ?? null })
document.addEventListener("dragend", () => { if (held) changed(sheetOf(held)); held = null })
document.addEventListener("dragover", (event) => {
  if (held) {
    event.preventDefault()
    const over = event.target.closest?.("[data-shot]")
    if (over && over !== held) {
      const box = over.getBoundingClientRect()
      if (event.clientY < box.top + box.height / 2) over.before(held)
      else over.after(held)
    }
  } else if (shown() && event.dataTransfer?.types.includes("Files")) {
    event.preventDefault()
    shown().classList.add("over")
  }
})
document.addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) shown()?.classList.remove("over") })
document.addEventListener("drop", (event) => {
  const sheet = sheetOf(event.target) ?? shown()
  sheet?.classList.remove("over")
  const files = [...(event.dataTransfer?.files ?? [])]
  if (held || !files.length || !sheet) return
  event.preventDefault()
  upload(sheet, files)
})
counted(shown())

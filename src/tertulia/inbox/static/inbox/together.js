// Who else is here. A page says that it has a conversation open every twelve seconds while somebody looks at it, and asks
// who is there when that is announced; while somebody else is seen, it looks again now and then, for those who went without a word.
const BEAT = 12_000, LOOK = 25_000
const panes = document.getElementById("paneles")
const detail = () => document.getElementById("detalle")
// htmx queues what is asked from one place: this one asks for nothing else
const place = document.body.appendChild(Object.assign(document.createElement("i"), { hidden: true }))
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""
let open = null // the address of the conversation that was told to be open

function tell(address, more = {}) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token(), ...more })
  if (more.fuera) navigator.sendBeacon(address, body)
  else fetch(address, { method: "POST", body }).catch(() => {})
}

function beat() {
  const address = detail()?.dataset.beat ?? null
  if (open && open !== address) tell(open, { fuera: "1" })
  open = document.visibilityState === "visible" ? address : null
  if (open) tell(open)
}

function away() {
  if (open) tell(open, { fuera: "1" })
  open = null
}

beat()
setInterval(beat, BEAT)
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => { if (target?.id === "abierta") beat() })
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") beat() })
addEventListener("pagehide", away)
addEventListener("pageshow", ({ persisted }) => { if (persisted) beat() })

// --- the others
const shown = () => document.querySelector(".here .one") !== null
let asking = 0

function look() {
  if (!panes?.dataset.whoUrl) return
  clearTimeout(asking)
  asking = setTimeout(() => {
    const query = new URLSearchParams()
    for (const one of document.querySelectorAll("#filas [data-row]")) query.append("ids", one.id.slice(5))
    if (detail()) query.append("abierta", detail().dataset.conversation)
    htmx.ajax("GET", `${panes.dataset.whoUrl}?${query}`, { source: place, target: place, swap: "none" }).catch(() => {})
  }, 150)
}

for (const name of ["presence_changed", "again"]) document.body.addEventListener(`live:${name}`, look)
setInterval(() => { if (document.visibilityState === "visible" && shown()) look() }, LOOK)

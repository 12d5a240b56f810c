// What happens elsewhere shows here. One EventSource a browser and brand: the tab that holds the lock listens and tells
// the others, because a browser gives one address six connections in all. The server sends {"fact": "message_received",
// …}; body gets the event live:message_received, for hx-trigger="live:message_received from:body". The same fact fires
// at most once in half a second, so a burst of thousands is a few refreshes. After a gap it fires live:again.
const address = document.body.dataset.live
const pause = 500
const last = new Map(), later = new Map()

function state(value) { document.documentElement.dataset.liveState = value }

function fire(fact, detail) {
  last.set(fact, Date.now())
  later.delete(fact)
  document.body.dispatchEvent(new CustomEvent(`live:${fact}`, { detail, bubbles: true }))
}

function hear(detail) {
  const fact = detail.fact?.split(".").pop()
  if (!fact || later.has(fact)) return
  const wait = (last.get(fact) ?? 0) + pause - Date.now()
  if (wait <= 0) fire(fact, detail)
  else later.set(fact, setTimeout(() => fire(fact, detail), wait))
}

function listen(tell) {
  let source, tries = 0, gap = false, patience = 0
  const open = () => {
    source = new EventSource(address)
    source.onopen = () => {
      clearTimeout(patience)
      tries = 0
      tell({ state: "on" })
      if (gap) tell({ fact: "again" })
      gap = false
    }
    source.onmessage = ({ data }) => {
      try { tell(JSON.parse(data)) } catch { /* a line that is not ours */ }
    }
    source.onerror = () => {
      gap = true
      source.close()
      if (tries === 0) patience = setTimeout(() => tell({ state: "off" }), 3000) // a short blink is nobody's business
      setTimeout(open, Math.min(30000, 1000 * 2 ** tries++) * (0.75 + Math.random() / 2))
    }
  }
  open()
  addEventListener("pagehide", () => source.close())
  addEventListener("pageshow", ({ persisted }) => persisted && open())
}

if (address) {
  const take = (word) => (word.state ? state(word.state) : hear(word))
  if (navigator.locks && "BroadcastChannel" in window) {
    const others = new BroadcastChannel(`live ${address}`)
    let now = ""
    others.onmessage = ({ data }) => {
      if (data.ask) now && others.postMessage({ state: now })
      else take(data)
    }
    others.postMessage({ ask: true })
    navigator.locks.request(`live ${address}`, () => {
      listen((word) => {
        now = word.state ?? now
        take(word)
        others.postMessage(word)
      })
      return new Promise(() => {}) // held until the tab goes
    })
  } else listen(take)
}

// A week of opening hours: spans come and go, one day is copied to all, and the bars follow what is written.

const DAY = 1440
const weeks = document.querySelectorAll("[data-week]")

const minutes = (text) => (/^\d\d:\d\d$/.test(text) ? Number(text.slice(0, 2)) * 60 + Number(text.slice(3)) : null)

function spansOf(day) {
  return [...day.querySelectorAll("[data-span]")].map((one) => [...one.querySelectorAll("input")].map((input) => input.value))
}

function draw(week) {
  const days = [...week.querySelectorAll("[data-day]")]
  const drawn = days.map(() => [])
  days.forEach((day, place) => {
    for (const [from, to] of spansOf(day)) {
      const start = minutes(from)
      let end = minutes(to)
      if (start === null || end === null || (start === end && start !== 0)) continue
      if (end <= start) end += DAY
      drawn[place].push([start, Math.min(end, DAY)])
      if (end > DAY) drawn[(place + 1) % 7].push([0, end - DAY])
    }
  })
  days.forEach((day, place) => {
    const bar = day.querySelector("[data-bar]")
    for (const old of bar.querySelectorAll(".open")) old.remove()
    for (const [start, end] of drawn[place]) {
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect")
      rect.setAttribute("class", "open")
      rect.setAttribute("x", start)
      rect.setAttribute("width", end - start)
      rect.setAttribute("height", 10)
      bar.append(rect)
    }
  })
}

function addSpan(day, [from, to] = ["", ""]) {
  const list = day.querySelector("[data-spans]")
  const span = list.querySelector("[data-span]").cloneNode(true)
  span.querySelectorAll("input").forEach((input, place) => { input.value = [from, to][place] })
  list.append(span)
  return span
}

function write(day, spans) {
  const list = [...day.querySelectorAll("[data-span]")]
  list.slice(1).forEach((one) => one.remove())
  list[0].querySelectorAll("input").forEach((input, place) => { input.value = (spans[0] ?? ["", ""])[place] })
  for (const span of spans.slice(1)) addSpan(day, span)
}

for (const week of weeks) {
  for (const button of week.querySelectorAll("[data-add], [data-copy-all], [data-drop]")) button.hidden = false
  week.addEventListener("input", () => draw(week))
  week.addEventListener("click", (event) => {
    const day = event.target.closest("[data-day]")
    if (event.target.closest("[data-add]")) addSpan(day).querySelector("input").focus()
    else if (event.target.closest("[data-drop]")) {
      if (day.querySelectorAll("[data-span]").length > 1) event.target.closest("[data-span]").remove()
      else write(day, [])
    } else if (event.target.closest("[data-copy-all]")) {
      const spans = spansOf(day).filter(([from, to]) => from || to)
      for (const other of week.querySelectorAll("[data-day]")) if (other !== day) write(other, spans)
    } else return
    draw(week)
  })
}


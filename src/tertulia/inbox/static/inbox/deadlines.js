// Countdowns go on by themselves: plain, then a warning, then late. time.js keeps their words.

function look() {
  const now = Date.now()
  for (const one of document.querySelectorAll("[data-due]")) {
    one.classList.toggle("late", now >= Date.parse(one.dataset.due))
    one.classList.toggle("soon", now >= Date.parse(one.dataset.warn) && now < Date.parse(one.dataset.due))
  }
}

setInterval(look, 5000)
document.addEventListener("htmx:afterSettle", look)
document.addEventListener("visibilitychange", look)
look()

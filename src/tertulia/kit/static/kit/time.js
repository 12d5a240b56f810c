// Keeps <time data-ago> true, in the words of templatetags `when`.
const language = document.documentElement.lang || "es"
const relative = new Intl.RelativeTimeFormat(language, { style: "narrow", numeric: "auto" })
const now = relative.format(0, "second")

function words(seconds) {
  const size = Math.abs(seconds)
  if (size < 45) return now
  if (size < 3570) return relative.format(Math.round(seconds / 60) || Math.sign(seconds), "minute")
  if (size < 86400) return relative.format(Math.round(seconds / 3600), "hour")
  return null // days and dates: the server's words stand
}

function update() {
  if (document.hidden) return
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const said = words((new Date(time.dateTime) - Date.now()) / 1000)
    if (said !== null && time.textContent !== said) time.textContent = said
  }
}

setInterval(update, 20000)
document.addEventListener("visibilitychange", update)

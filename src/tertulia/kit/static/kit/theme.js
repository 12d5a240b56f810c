// Classic and blocking on purpose: the chosen theme must stand before the first paint.
(() => {
  const root = document.documentElement
  const apply = () => {
    const theme = localStorage.getItem("theme")
    if (theme === "light" || theme === "dark") root.dataset.theme = theme
    else delete root.dataset.theme
  }
  apply()
  addEventListener("storage", apply)
  document.addEventListener("click", (event) => {
    const choice = event.target.closest?.("[data-theme-set]")
    if (!choice) return
    localStorage.setItem("theme", choice.dataset.themeSet)
    apply()
  })
})()

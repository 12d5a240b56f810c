// The server was away: looks every three seconds whether it is back, then loads the page again.
setInterval(async () => {
  const health = await fetch("/healthz", { cache: "no-store" }).catch(() => null)
  if (health?.ok) location.reload()
}, 3000)

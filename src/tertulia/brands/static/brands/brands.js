// A list that is sent as soon as another is chosen.
document.addEventListener("change", ({ target }) => target.matches("select[data-send]") && target.form.requestSubmit())

// The two halves of a rule: whichever was touched last is the one that counts.
const form = document.getElementById("regla");
const source = document.getElementById("origen");
const doing = document.getElementById("hacer");

const tell = (name) => form.dispatchEvent(new CustomEvent(name));

form?.addEventListener("input", ({ target }) => {
  if (target.name === "sample" || target.name === "sample_before") return tell("muestra-cambia");
  source.value = target.id === "texto-regla" ? "text" : "form";
  tell("regla-cambia");
});

// a button of the form adds or drops a row: the server draws it
form?.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-do]");
  if (!button) return;
  source.value = "form";
  doing.value = button.dataset.do;
  tell("regla-boton");
});
form?.addEventListener("htmx:configRequest", () => queueMicrotask(() => { doing.value = ""; }));

// the text is drawn behind its box: at once without colours, and with them when the server has read it
document.addEventListener("input", ({ target }) => {
  if (target.id === "texto-regla") document.getElementById("fondo-texto").textContent = `${target.value}\n`;
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const box = document.getElementById("texto-regla");
  if (event.detail.target?.id === "fondo-texto" && event.detail.fragment.textContent.trim() !== box?.value.trim()) event.detail.shouldSwap = false;
});

// A part that is pressed stands in the field; the others go. Without this file its number is typed.
const field = document.querySelector("#id_part");
const choices = document.querySelector("#part-choices");

choices?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-part]");
  if (!button) return;
  field.value = button.dataset.part;
  field.removeAttribute("aria-invalid");
  choices.replaceChildren(button);
  button.setAttribute("aria-pressed", "true");
  document.querySelector("#id_qty")?.focus();
});
field?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return; // a scanner ends with Enter: the only part that was found is meant
  event.preventDefault();
  const buttons = [...choices.querySelectorAll("[data-part]")];
  const same = buttons.find((button) => button.dataset.part.toLowerCase() === field.value.trim().toLowerCase());
  (same ?? (buttons.length === 1 ? buttons[0] : null))?.click();
});

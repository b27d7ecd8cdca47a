// What a disposition needs is shown and sent with that disposition only; the button says what it does.

const choice = document.querySelector("[data-choose-act]");

if (choice) {
  const groups = document.querySelectorAll("[data-only-for]");
  const button = choice.form.querySelector(".form-foot button");
  const plain = button.textContent;
  const show = () => {
    const chosen = choice.querySelector("input:checked");
    for (const group of groups) {
      const wanted = group.dataset.onlyFor === chosen?.value;
      group.hidden = !wanted;
      group.disabled = !wanted;
    }
    button.textContent = chosen ? chosen.dataset.act : plain;
  };
  choice.addEventListener("change", show);
  show();
}

// The order form prices what is typed. The page also works without this file.

const rows = document.querySelector("[data-order-rows]");
const basket = document.querySelector("#basket");
let timer;

const price = async () => {
  if (!rows.value.trim()) return;
  const answer = await fetch(basket.dataset.previewUrl, { method: "POST", body: new FormData(rows.form) }).catch(() => null);
  if (answer?.ok) basket.innerHTML = await answer.text();
};
const priceSoon = () => { clearTimeout(timer); timer = setTimeout(price, 400); };

if (rows && basket) {
  rows.form.addEventListener("input", (event) => { if (event.target.id !== "part-search") priceSoon(); });
  rows.form.addEventListener("change", priceSoon);
  const add = (number) => {
    rows.value = `${rows.value.replace(/\s*$/, "")}${rows.value.trim() ? "\n" : ""}${number}\t1\n`;
    rows.dispatchEvent(new Event("input", { bubbles: true }));
  };
  document.querySelector("#suggestions").addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-part]");
    if (button) add(button.dataset.addPart);
  });
  document.querySelector("#part-search").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = document.querySelector("#suggestions [data-add-part]");
    const typed = event.target.value.trim();
    if (typed) add(first && first.dataset.addPart.toLowerCase() !== typed.toLowerCase() ? first.dataset.addPart : typed);
    event.target.value = "";
  });
  priceSoon();
}

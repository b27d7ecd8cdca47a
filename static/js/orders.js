// The order form prices what is typed; receiving counts what is scanned. Both pages also work without this file.

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

const scan = document.querySelector("[data-count-scan]");
if (scan) {
  let begun = false;
  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const typed = scan.value.trim().toLowerCase();
    const lines = [...document.querySelectorAll("tr[data-part]")];
    const line = lines.find((each) => each.dataset.part.toLowerCase() === typed);
    scan.value = "";
    scan.classList.toggle("is-invalid", !line);
    if (!line) return;
    const counter = (each) => each.querySelector('input[name$="-received"]');
    if (!begun) lines.forEach((each) => { counter(each).value = 0; });
    begun = true;
    counter(line).value = Number(counter(line).value) + 1;
  });
}

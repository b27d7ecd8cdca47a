// Packing: a scan puts one piece into the chosen parcel; what is not packed yet is counted as one types. Scanning serial
// numbers into a field puts each on a line of its own. The pages also work without this file.

const scan = document.querySelector("[data-pack-scan]");
const said = document.querySelector("[data-pack-said]");
const rows = [...document.querySelectorAll("tr[data-qty]")];
const current = () => document.querySelector("[data-current]:checked")?.value ?? "1";
const fields = (row) => [...row.querySelectorAll("[data-in]")];
const left = (row) => Math.round((Number(row.dataset.qty) - fields(row).reduce((sum, each) => sum + Number(each.value || 0), 0)) * 1000) / 1000;

const tell = (row) => {
  const shown = row.querySelector("[data-left]");
  if (!shown) return;
  shown.textContent = left(row);
  shown.classList.toggle("t-bad", left(row) !== 0);
};

const put = (row, pieces) => {
  const field = row.querySelector(`[data-in="${current()}"]`);
  field.value = Math.round((Number(field.value || 0) + pieces) * 1000) / 1000;
  tell(row);
};

rows.forEach((row) => {
  fields(row).forEach((each) => each.addEventListener("input", () => tell(row)));
  tell(row);
});

if (scan) {
  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const number = scan.value.split(";")[0].trim();
    if (!number) return;
    const row = rows.find((each) => each.dataset.part.toLowerCase() === number.toLowerCase() && left(each) > 0);
    scan.value = "";
    scan.classList.toggle("is-invalid", !row);
    said.textContent = (row ? scan.dataset.packed : scan.dataset.unknown).replace("{part}", number).replace("{parcel}", current());
    if (row) put(row, Math.min(1, left(row)));
  });
  document.querySelector("[data-pack-rest]").addEventListener("click", () => {
    rows.filter((row) => left(row) > 0).forEach((row) => put(row, left(row)));
  });
}

// Ticking off a pick list: a scan ticks the next open bin of the part; nothing is sent before "Picking is done".
const scan = document.querySelector("[data-pick-scan]");
const count = document.querySelector("[data-pick-count]");
const rows = [...document.querySelectorAll("tr[data-part]")];
const box = (row) => row.querySelector("[data-picked]");

const tell = () => {
  count.textContent = `${rows.filter((row) => box(row).checked).length} / ${rows.length}`;
};

if (scan) {
  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const typed = scan.value.trim().toLowerCase();
    const row = rows.find((each) => each.dataset.part.toLowerCase() === typed && !box(each).checked);
    scan.value = "";
    scan.classList.toggle("is-invalid", !row);
    if (!row) return;
    box(row).checked = true;
    row.scrollIntoView({ block: "center" });
    tell();
  });
  rows.forEach((row) => box(row).addEventListener("change", tell));
}

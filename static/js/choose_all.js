// One box ticks all the boxes of its table.
for (const master of document.querySelectorAll("[data-choose-all]")) {
  const boxes = () => master.closest("table").querySelectorAll("tbody input[type=checkbox]");
  master.addEventListener("change", () => { for (const box of boxes()) box.checked = master.checked; });
}

// One box ticks all the boxes of its table, or of the form around it ([data-choices]), and follows what is ticked by hand.
for (const master of document.querySelectorAll("[data-choose-all]")) {
  const home = master.closest("[data-choices]") ?? master.closest("table");
  const boxes = () => [...home.querySelectorAll("tbody input[type=checkbox]")];
  const count = home.querySelector("[data-chosen]");
  const follow = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    master.checked = ticked > 0 && ticked === boxes().length;
    master.indeterminate = ticked > 0 && !master.checked;
    if (count) count.textContent = ticked;
  };
  master.addEventListener("change", () => { for (const box of boxes()) box.checked = master.checked; });
  home.addEventListener("change", follow);
  const line = master.closest("[hidden]");
  if (line) line.hidden = false; // without scripts it could do nothing
  follow();
}

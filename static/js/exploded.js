// Numbers stand where the drawing has them; a click says where a new one stands. Without this file the list still works.
for (const spot of document.querySelectorAll(".spot[data-x]")) {
  spot.style.left = `${spot.dataset.x}%`;
  spot.style.top = `${spot.dataset.y}%`;
}

const drawing = document.querySelector("[data-drawing]");
drawing?.addEventListener("click", (event) => {
  if (event.target.closest("a")) return;
  const box = drawing.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width * 100).toFixed(2);
  const y = ((event.clientY - box.top) / box.height * 100).toFixed(2);
  document.querySelector("[name=x_percent]").value = x;
  document.querySelector("[name=y_percent]").value = y;
  const spot = drawing.querySelector(".is-new") ?? drawing.appendChild(Object.assign(document.createElement("span"), { className: "spot is-new" }));
  spot.style.left = `${x}%`;
  spot.style.top = `${y}%`;
  spot.textContent = document.querySelector("[name=position_number]").value || "?";
});

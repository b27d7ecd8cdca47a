// Signatures drawn with a finger: each [data-sign] holds a canvas, and names the hidden field that its PNG goes into.
// Without scripts the pad stays hidden, and the typed name is what there is.

for (const pad of document.querySelectorAll("[data-sign]")) {
  const canvas = pad.querySelector("canvas");
  const field = document.getElementById(pad.dataset.sign);
  const pen = canvas.getContext("2d");
  pad.hidden = false;
  const clear = () => {
    canvas.width = canvas.clientWidth * 2;
    canvas.height = canvas.clientHeight * 2;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 5;
    pen.lineCap = "round";
    field.value = "";
  };
  const at = (event) => {
    const edge = canvas.getBoundingClientRect();
    return [(event.clientX - edge.left) * canvas.width / edge.width, (event.clientY - edge.top) * canvas.height / edge.height];
  };
  const again = () => { // what was drawn before a refusal of something else
    const image = new Image();
    image.onload = () => pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.src = field.value;
  };
  let drawing = false;
  canvas.addEventListener("pointerdown", (event) => { drawing = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); });
  canvas.addEventListener("pointermove", (event) => { if (drawing) { pen.lineTo(...at(event)); pen.stroke(); } });
  canvas.addEventListener("pointerup", () => { drawing = false; field.value = canvas.toDataURL("image/png"); });
  pad.querySelector("[data-sign-clear]").addEventListener("click", clear);
  const kept = field.value;
  clear();
  if (kept) { field.value = kept; again(); }
}

// exam.js: shows how much time is left for a paper, and hands it in at zero. The server's clock decides; this one only
// counts down from what the server said, by the difference of two readings, so that a wrong clock does no harm.

const left = document.querySelector("[data-seconds-left]");
const form = document.querySelector("form[data-exam]");
const seconds = Number(left.dataset.secondsLeft);
const end = Date.now() + seconds * 1000;

const show = () => {
  const rest = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  left.textContent = `${Math.floor(rest / 60)}:${two(rest % 60)}`;
  left.classList.toggle("t-bad", rest <= 60);
  return rest;
};

const tick = () => {
  if (show() > 0) { setTimeout(tick, 500); return; }
  document.querySelector("[data-time-up]").hidden = false;
  // A paper that came back after its time is handed in by hand, or it would be sent again and again.
  if (seconds > 0) form.requestSubmit(form.querySelector("[data-hand-in]"));
};

document.querySelector("[data-time-left]").hidden = false;
tick();
addEventListener("pageshow", show);

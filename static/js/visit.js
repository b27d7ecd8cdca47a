// A visit on a telephone: the score as it is filled in (the server counts the same), saving as one goes, photos; signatures are in sign.js.
import { Outbox, autosave, fileLine, holdBack, restore } from "./outbox.js";

const form = document.querySelector("form[data-draft]");
const bar = document.querySelector("[data-score]");
const FULL = 5;

// Whole numbers only: hundredths of a point, rounded half up, as the server does.
export function judge(items, pass, fail) {
  const weights = items.reduce((sum, item) => sum + item.weight, 0);
  const points = items.reduce((sum, item) => sum + item.weight * item.rating, 0);
  const whole = weights * FULL;
  const hundredths = whole ? Math.floor((2 * points * 10000 + whole) / (2 * whole)) : 0;
  const vetoed = items.some((item) => item.veto && item.rating < FULL);
  const outcome = hundredths < fail * 100 ? "failed" : hundredths >= pass * 100 && !vetoed ? "passed" : "rectify";
  return { score: hundredths / 100, outcome };
}

const TONES = { passed: "good", rectify: "wait", failed: "bad" };

function showScore() {
  const rows = [...form.querySelectorAll("[data-item]")];
  const rated = rows.map((row) => ({ row, chosen: row.querySelector(".rating-row input:checked") })).filter(({ chosen }) => chosen);
  const items = rated.map(({ row, chosen }) => ({ weight: Number(row.dataset.weight), rating: Number(chosen.value), veto: "veto" in row.dataset }));
  const { score, outcome } = judge(items, Number(bar.dataset.pass), Number(bar.dataset.fail));
  bar.querySelector("[data-score-value]").textContent = score;
  bar.querySelector("[data-score-count]").textContent = `${rated.length} / ${rows.length}`;
  const word = bar.querySelector("[data-score-word]");
  word.className = `badge-tone ${rated.length ? TONES[outcome] : "calm"}`;
  word.textContent = rated.length ? word.dataset[outcome] : "–";
}

const said = bar.querySelector("[data-saved]");
const tell = (word) => { said.textContent = said.dataset[`words${word}`]; };
let place = {};

function locate() {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    place = { longitude: coords.longitude.toFixed(6), latitude: coords.latitude.toFixed(6) };
    for (const [name, value] of Object.entries(place)) form.elements[name].value = value;
  }, () => {}, { maximumAge: 60000, timeout: 8000 });
}

const problem = (row, text) => {
  row.querySelector(".problem.late")?.remove();
  const line = document.createElement("div");
  line.className = "problem late";
  line.textContent = text;
  row.append(line);
};
const firstText = (answer) => answer.error ?? Object.values(answer.errors ?? {}).flat().join(" ");

if (form && bar) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const box = `visit:${location.pathname}`;
  const line = fileLine(form, tell);
  const outbox = new Outbox(box, {
    url: location.pathname,
    fields: (entry) => ({ act: "photo", csrfmiddlewaretoken: token, item: entry.target }),
    done: (entry, answer) => {
      const image = document.createElement("img");
      image.src = answer.thumbnail;
      image.alt = entry.name;
      form.querySelector(`[data-photos="${entry.target}"]`)?.append(image);
    },
    refused: (entry, answer) => {
      line.refused();
      const row = form.querySelector(`[data-item="${entry.target}"]`);
      if (row) problem(row, firstText(answer));
    },
    waiting: line.waiting,
  });
  const saving = autosave(form, { url: location.pathname, saved: (_answer, ok) => { if (ok) tell("Saved"); }, kept: () => tell("Kept") });
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") {
      const item = event.target.closest("[data-item]").dataset.item;
      for (const file of event.target.files) outbox.add(file, item, place);
      event.target.value = "";
    }
    showScore();
  });
  holdBack(form, outbox, tell);
  form.addEventListener("submit", saving.cancel);
  restore(form);
  showScore();
  locate();
}

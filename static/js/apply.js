// The application form: saved by itself, files at once, the device's position on request, counties as one types.
import { Outbox, autosave, fileLine, holdBack, restore, showWrong } from "./outbox.js";

const button = document.querySelector("[data-locate]");
if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    document.querySelector('[data-place="longitude"]').value = coords.longitude.toFixed(6);
    document.querySelector('[data-place="latitude"]').value = coords.latitude.toFixed(6);
    document.querySelector('[data-place="latitude"]').dispatchEvent(new Event("input", { bubbles: true }));
  }));
}

const division = document.querySelector('input[list="places"]');
let wait;
division?.addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(async () => {
    const answer = await fetch(`/apply/places/?division=${encodeURIComponent(division.value)}`).catch(() => null);
    if (answer?.ok) document.querySelector("#places").innerHTML = await answer.text();
  }, 250);
});

const form = document.querySelector("form[data-apply]");
const said = document.querySelector("[data-saved]");
const tell = (word) => { said.textContent = said.dataset[`words${word}`]; };
const paperOf = (kind) => form.querySelector(`[data-paper="${kind}"]`);

function showFiles(paper, files) {
  paper.querySelector("[data-received]").hidden = !files.length;
  paper.querySelector(".problem.refused")?.remove();
  const missing = document.querySelector(`[data-summary] a[href="#${paper.id}"]`);
  missing?.closest("li").remove();
  if (missing && !document.querySelector("[data-summary] li")) document.querySelector("[data-summary]").remove();
  paper.querySelector("[data-files]").replaceChildren(...files.map((file) => {
    const line = document.createElement("li");
    line.textContent = file.name;
    return line;
  }));
}

function showProblem(paper, text) {
  paper.querySelector(".problem.refused")?.remove();
  const line = document.createElement("div");
  line.className = "problem refused";
  line.textContent = text;
  paper.append(line);
}

document.querySelector("[data-summary]")?.focus();

if (form) {
  const token = form.elements.csrfmiddlewaretoken.value;
  restore(form);
  const line = fileLine(form, tell);
  const outbox = new Outbox(form.dataset.draft, {
    url: location.pathname,
    fields: (entry) => ({ act: "photo", csrfmiddlewaretoken: token, document: entry.target }),
    done: (entry, answer) => { if (paperOf(entry.target)) showFiles(paperOf(entry.target), answer.files); },
    refused: (entry, answer) => {
      line.refused();
      if (paperOf(entry.target)) showProblem(paperOf(entry.target), answer.error ?? entry.name);
    },
    waiting: line.waiting,
  });
  let reload = false;
  const saving = autosave(form, {
    url: location.pathname,
    saved: (answer, ok) => {
      if (!ok && !answer.errors) return;
      const names = showWrong(form, answer.errors ?? {});
      tell(names.length ? "Except" : "Saved");
      if (names.length) said.append(` ${names.join(", ")}`);
      if (reload) location.reload();
    },
    kept: () => tell("Kept"),
  });
  form.addEventListener("change", async (event) => {
    if (event.target.name === "wanted_grade") reload = true;
    const paper = event.target.type === "file" && event.target.closest("[data-paper]");
    if (!paper) return;
    const files = [...event.target.files];
    event.target.value = "";
    for (const file of files) await outbox.add(file, paper.dataset.paper);
  });
  holdBack(form, outbox, tell);
  form.addEventListener("submit", saving.cancel);
}

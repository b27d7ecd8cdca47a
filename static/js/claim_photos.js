// Pictures of a claim: chosen many at once, sent one by one, kept on the phone without a network; what each shows, at a tap.
import { Outbox } from "./outbox.js";

const form = document.querySelector("form.card");
const files = form?.querySelector('input[type="file"]');
const list = document.querySelector("[data-photos]");
const said = document.querySelector("[data-sent]");
const refused = document.querySelector("[data-refused]");
const missing = document.querySelector("[data-missing]");
const token = form?.elements.csrfmiddlewaretoken.value;

function showMissing(words) {
  missing.textContent = words ? missing.dataset.words + words : missing.dataset.complete;
  missing.className = words ? "t-wait" : "t-good";
}

function refuse(text) {
  const line = document.createElement("li");
  line.className = "problem";
  line.textContent = text;
  refused.append(line);
}

function show({ id, kind, name, caption, picture, url }) {
  if (list.querySelector(`[data-photo="${id}"]`)) return;
  const row = document.querySelector("[data-photo-row]").content.firstElementChild.cloneNode(true);
  row.dataset.photo = id;
  row.querySelector("a").href = url;
  row.querySelector("a span").textContent = name;
  if (picture) row.querySelector("img").src = picture; else row.querySelector("img").remove();
  row.querySelector("select").value = kind;
  row.querySelector("[data-caption]").value = caption ?? "";
  list.append(row);
}

async function tell(row, act, said = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, act, photo: row.dataset.photo, ...said })) body.append(name, value);
  const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  const words = await answer?.json().catch(() => ({}));
  if (!answer?.ok) { refuse(words?.error ?? said.dataset.wordsKept); return false; }
  showMissing(words.missing);
  return true;
}

if (form && files) {
  let underWay = false;
  const outbox = new Outbox(`claim:${location.pathname}`, {
    url: location.pathname,
    fields: (entry) => ({ csrfmiddlewaretoken: token, kind: entry.target }),
    done: (entry, answer) => { show(answer.photo); showMissing(answer.missing); },
    refused: (entry, answer) => refuse(answer.error ?? entry.name),
    waiting: (count) => {
      if (count) said.textContent = `${navigator.onLine ? said.dataset.wordsSending : said.dataset.wordsKept} ${count}`;
      else if (underWay) said.textContent = refused.childElementCount ? said.dataset.wordsRest : said.dataset.wordsSaved;
      underWay = count > 0;
    },
  });
  form.querySelector(".form-foot").hidden = true;
  files.addEventListener("change", async () => {
    refused.replaceChildren();
    const chosen = [...files.files];
    files.value = "";
    for (const file of chosen) await outbox.add(file, form.elements.kind.value);
  });
  list.addEventListener("change", (event) => {
    const row = event.target.closest("[data-photo]");
    if (event.target.matches("[data-caption]")) tell(row, "caption", { caption: event.target.value });
    else tell(row, "kind", { kind: event.target.value });
  });
  list.addEventListener("click", async (event) => {
    const row = event.target.closest("[data-remove]")?.closest("[data-photo]");
    if (row && await tell(row, "remove")) row.remove();
  });
}

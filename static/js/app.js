// Keys, offline line, double-submit guard, kept drafts, added form rows, photo previews. No page needs it to work.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "k" || event.key === "/" && !typing(event.target)) {
    const search = one("#search");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = all("[data-rows] tr");
  const links = rows.map((row) => one("a", row)).filter(Boolean);
  const here = links.indexOf(document.activeElement);
  if (event.key === "j") (links[here + 1] ?? links[0])?.focus();
  if (event.key === "k") links[here - 1]?.focus();
});

// A long menu shows the entry of this page.
const side = one(".side"), chosen = side && one("[aria-current]", side);
if (chosen && chosen.offsetTop > side.clientHeight - 80) side.scrollTop = chosen.offsetTop - side.clientHeight / 2;

const online = () => document.body.classList.toggle("is-offline", !navigator.onLine);
addEventListener("online", online);
addEventListener("offline", online);
online();

// One click, one post. The key in the form makes a second post harmless; this only spares the user the wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (event.submitter?.dataset.confirm && !confirm(event.submitter.dataset.confirm)) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  const key = form.elements.namedItem("idempotency_key");
  if (key && !form.dataset.bound) history.replaceState({ ...history.state, [`sent:${form.action}`]: key.value }, "");
  if (form.dataset.draft) sessionStorage.setItem("sent-draft", draftName(form));
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
// Back to a form that was sent: it keeps its key, also when the browser fetched the page anew, so that it cannot act twice.
addEventListener("pageshow", () => all("form[method=post]").forEach((form) => {
  const used = history.state?.[`sent:${form.action}`];
  const key = form.elements.namedItem("idempotency_key");
  if (used && key && !form.dataset.bound && performance.getEntriesByType("navigation")[0]?.type !== "reload") key.value = used;
}));

// A form with data-draft="name" survives a lost connection or a closed tab: texts and choices, never files or passwords.
const draftName = (form) => `draft:${document.body.dataset.user}:${form.dataset.draft}`;
const kept = (field) => field.name && !["password", "file", "hidden"].includes(field.type) && field.name !== "csrfmiddlewaretoken";
// What was sent is forgotten once another page answers than the one that asks to log in again.
const sent = sessionStorage.getItem("sent-draft");
if (one("[data-not-sent]")) {
  one("[data-kept-note]")?.toggleAttribute("hidden", !sent);
} else {
  if (sent && !all("form[data-draft][data-bound]").some((form) => draftName(form) === sent)) localStorage.removeItem(sent);
}
sessionStorage.removeItem("sent-draft");
for (const form of all("form[data-draft]")) {
  const saved = JSON.parse(localStorage.getItem(draftName(form)) ?? "{}");
  for (const field of all("input, select, textarea", form).filter(kept)) {
    if (!(field.name in saved) || form.dataset.bound) continue;
    if (field.type === "radio") field.checked = field.value === saved[field.name];
    else if (field.type === "checkbox") field.checked = saved[field.name] === true;
    else if (!field.value) field.value = saved[field.name];
  }
  form.addEventListener("input", () => {
    const values = {};
    for (const field of all("input, select, textarea", form).filter(kept)) {
      if (field.type === "radio") { if (field.checked) values[field.name] = field.value; }
      else values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    }
    localStorage.setItem(draftName(form), JSON.stringify(values));
  });
}

// data-add-row="prefix": copies the formset's empty row from its <template>.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (button) {
    const prefix = button.dataset.addRow;
    const total = one(`[name="${prefix}-TOTAL_FORMS"]`);
    const row = one(`template[data-row="${prefix}"]`).innerHTML.replaceAll("__prefix__", total.value);
    one(`[data-rows-of="${prefix}"]`).insertAdjacentHTML("beforeend", row);
    total.value = Number(total.value) + 1;
    one(`[data-rows-of="${prefix}"]`).lastElementChild.querySelector("input, select")?.focus();
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy);
  if (event.target.closest("[data-print]")) print();
});

// Chosen photos are shown before they are sent.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches("select[data-submit], input[data-submit]")) { input.form.requestSubmit(); return; }
  if (input.type !== "file" || !one(`[data-preview="${input.id}"]`)) return;
  const box = one(`[data-preview="${input.id}"]`);
  box.replaceChildren(...[...input.files].map((file) => {
    if (!file.type.startsWith("image/")) { const name = document.createElement("span"); name.textContent = file.name; return name; }
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    return image;
  }));
});

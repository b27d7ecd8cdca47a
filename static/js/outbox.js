// Files leave as soon as they are chosen. Without a network they wait in the browser's own store, through a reload, too.

const open = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("yizhan-outbox", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "id", autoIncrement: true });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const inStore = async (mode, act) => {
  const base = await open();
  return new Promise((resolve, reject) => {
    const asked = act(base.transaction("files", mode).objectStore("files"));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
};

const RETRY_MS = 15000;

// box: the name of this form's files. fields(entry): what goes along. done(entry, answer), refused(entry, answer): one of
// them follows every file that the server has seen; waiting(count) whenever the number of unsent files changes.
export class Outbox {
  constructor(box, { url, fields, done, refused, waiting }) {
    Object.assign(this, { box, url, fields, done, refused, waiting, busy: false, count: 0 });
    addEventListener("online", () => this.flush());
    setInterval(() => this.flush(), RETRY_MS);
    this.flush();
  }

  async add(file, target, extra = {}) {
    this.count += 1;
    await inStore("readwrite", (store) => store.add({ box: this.box, name: file.name, blob: file, target, extra }));
    return this.flush();
  }

  async own() {
    return (await inStore("readonly", (store) => store.getAll())).filter((entry) => entry.box === this.box);
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      for (const entry of await this.own()) {
        this.tellCount((await this.own()).length);
        const answer = await this.send(entry);
        if (!answer) break;
        await inStore("readwrite", (store) => store.delete(entry.id));
        const said = await answer.json().catch(() => ({}));
        (answer.ok ? this.done : this.refused)(entry, said);
      }
    } finally {
      this.busy = false;
      this.tellCount((await this.own()).length);
    }
  }

  tellCount(count) {
    this.count = count;
    this.waiting?.(count);
  }

  async send(entry) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...this.fields(entry), ...entry.extra })) body.append(name, value);
    body.append("photo", entry.blob, entry.name);
    const answer = await fetch(this.url, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    return answer && answer.status !== 429 && answer.status < 500 ? answer : null;
  }
}

// Texts and choices: saved a moment after the last change; what the server has not taken stays in app.js's own draft.
export function autosave(form, { url, delay = 900, saved, kept }) {
  let timer;
  let changes = 0;
  const send = async () => {
    const sent = changes;
    const body = new FormData(form);
    for (const input of form.querySelectorAll('input[type="file"]')) body.delete(input.name);
    body.set("act", "save");
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || answer.status === 429 || answer.status >= 500) { kept(); return; }
    const said = await answer.json().catch(() => ({}));
    if (sent === changes) delete form.dataset.unsaved;
    if (answer.ok) localStorage.removeItem(`draft:${document.body.dataset.user}:${form.dataset.draft}`);
    saved(said, answer.ok);
  };
  const soon = (event) => {
    if (event?.target.type === "file") return;
    changes += 1;
    form.dataset.unsaved = "1";
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("online", soon);
  return { soon, cancel: () => clearTimeout(timer) };
}

// The line that says how it stands with files: it ends with what became of them, saved only when the texts are, too.
// tell(word): Sending, Kept, Saved, Refused.
export function fileLine(form, tell) {
  let underWay = false;
  let refused = false;
  return {
    refused: () => { refused = true; },
    waiting: (count) => {
      if (count) tell(navigator.onLine ? "Sending" : "Kept");
      else if (underWay) {
        if (refused) tell("Refused");
        else if (!form.dataset.unsaved) tell("Saved");
        refused = false;
      }
      underWay = count > 0;
    },
  };
}

// What the server has not taken of the form, said beside each field, but not into somebody's typing. Answers their names.
export function showWrong(form, errors) {
  for (const line of form.querySelectorAll(".problem.late")) { line.closest(".field")?.classList.remove("has-problem"); line.remove(); }
  const names = new Set();
  for (const [name, texts] of Object.entries(errors)) {
    const input = form.querySelector(`[name="${CSS.escape(name)}"]`);
    const field = input?.closest(".field");
    names.add(field?.querySelector(".form-label")?.firstChild?.textContent.trim() ?? texts.join(" "));
    if (!field || input === document.activeElement || field.querySelector(".problem")) continue;
    const line = document.createElement("div");
    line.className = "problem late";
    line.textContent = texts.join(" ");
    field.classList.add("has-problem");
    field.append(line);
  }
  return [...names];
}

// Nothing is sent into the void: without a network, or while files are still on their way, the form stays as it is.
export function holdBack(form, outbox, tell) {
  form.addEventListener("submit", async (event) => {
    if (navigator.onLine && !outbox.count) return;
    event.preventDefault();
    event.stopPropagation();
    tell(navigator.onLine ? "Sending" : "Kept");
    await outbox.flush();
    if (navigator.onLine && !outbox.count) form.requestSubmit(event.submitter);
  });
}

// What was typed and never reached the server is newer than what the server sent.
export function restore(form) {
  if (form.dataset.bound) return;
  const left = JSON.parse(localStorage.getItem(`draft:${document.body.dataset.user}:${form.dataset.draft}`) ?? "{}");
  const rows = Object.keys(left).map((name) => name.match(/^(\w+)-(\d+)-/)).filter(Boolean);
  for (const [, prefix, number] of rows) {
    const total = form.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    while (total && Number(total.value) <= Number(number)) form.querySelector(`[data-add-row="${prefix}"]`).click();
  }
  let changed = false;
  for (const [name, value] of Object.entries(left)) {
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    for (const field of fields) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value === true;
      else if (field.type !== "file") field.value = value;
      changed = true;
    }
  }
  if (changed) setTimeout(() => form.dispatchEvent(new Event("input", { bubbles: true })), 0);
}

// The reviewers' desk: keys for lines and acts, the live result, photos in large beside each other. The form works without.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const form = one("[data-desk]"), lines = form ? all("[data-line]", form) : [];
const cents = (text) => Math.round(Number(text || 0) * 100);
const plain = (value) => (value / 100).toFixed(2);
const amount = (line) => one("input[name$='-amount']", line);
let here = -1;

function show() {
  let total = 0, claimed = 0;
  for (const line of lines) {
    const given = cents(amount(line).value);
    total += given; claimed += cents(line.dataset.claimed);
    one("[data-cutting]", line).hidden = given >= cents(line.dataset.claimed);
  }
  const result = form && one("[data-result]", form);
  if (!result) return;
  one("[data-total]", result).textContent = plain(total).replace(/\B(?=(\d{3})+\.)/g, ",");
  const mark = one("[data-outcome]", result), [word, tone] = total === 0 ? [result.dataset.rejected, "bad"]
    : total === claimed ? [result.dataset.approved, "good"] : [result.dataset.partly, "wait"];
  mark.textContent = word; mark.className = `badge-tone ${tone}`;
}

function give(line, value) { amount(line).value = plain(value); show(); typing(); }
function typing() { one("#desk-typing").value = "1"; }
function go(step) {
  here = Math.min(lines.length - 1, Math.max(0, here + step));
  lines.forEach((line, place) => line.classList.toggle("here", place === here));
  lines[here].focus(); lines[here].scrollIntoView({ block: "nearest" });
}
// So many of the pieces or hours: that share of what is claimed, never more than the rules allow.
function share(line, name, whole) {
  const part = Number(one(`input[name$='-${name}']`, line).value), of = Number(whole);
  if (of > 0 && part >= 0) give(line, Math.min(cents(line.dataset.allowed), Math.round(cents(line.dataset.claimed) * part / of)));
}

for (const [place, line] of lines.entries()) {
  line.addEventListener("focusin", () => { here = place; lines.forEach((each) => each.classList.toggle("here", each === line)); });
  amount(line).addEventListener("input", () => { show(); typing(); });
  one("[data-allow]", line).addEventListener("click", () => give(line, cents(line.dataset.allowed)));
  one("[data-refuse]", line).addEventListener("click", () => { give(line, 0); one("select", line).focus(); });
  for (const name of ["qty", "hours"]) one(`input[name$='-${name}']`, line)?.addEventListener("change", () => share(line, name, line.dataset[name]));
}
if (form) { show(); form.addEventListener("input", typing); }

const acts = {
  j: () => go(here < 0 ? 1 : 1), k: () => go(-1),
  a: (line) => give(line, cents(line.dataset.allowed)),
  f: (line) => give(line, cents(line.dataset.claimed)),
  c: (line) => { amount(line).focus(); amount(line).select(); },
  x: (line) => { give(line, 0); one("select", line).focus(); },
  h: (line) => { const box = one("[data-hold-box]", line), more = one("[data-hold]", form); if (box && more) { box.checked = !box.checked; more.open = box.checked; } },
  i: () => { const more = one("[data-ask]", form); if (more) { more.open = true; one("textarea", more).focus(); } },
  p: () => open(0),
  "?": () => one("[data-keys-help]", form)?.click(),
  Enter: () => one("[data-decide]", form)?.focus(),
};
const ALONE = new Set(["j", "k", "i", "p", "?", "Enter"]);
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.metaKey || event.altKey || event.ctrlKey && event.key !== "Enter") return;
  const viewer = one(".viewer");
  if (viewer?.open) { keysOfViewer(event); return; }
  if (form && event.ctrlKey) { event.preventDefault(); one("[data-decide]", form)?.focus(); return; }
  const writing = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (writing && event.key === "Escape") { event.target.blur(); lines[here]?.focus(); return; }
  if (writing && event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); lines[here]?.focus(); return; }
  if (writing || event.key === "Enter" && event.target.matches("a, button, summary, input")) return;
  const jump = one(`[data-jump="${CSS.escape(event.key)}"]`);
  if (jump) { event.preventDefault(); event.stopImmediatePropagation(); jump.click(); return; }
  const act = Object.hasOwn(acts, event.key) && acts[event.key];
  if (!act || !form && event.key !== "p" || !lines.length && event.key !== "p") return;
  event.preventDefault(); event.stopImmediatePropagation();
  if (!ALONE.has(event.key) && here < 0) go(1);
  act(lines[here]);
}, true);
one("[data-keys-help]")?.addEventListener("click", (event) => {
  const keys = one("#desk-keys");
  keys.hidden = !keys.hidden; event.currentTarget.setAttribute("aria-expanded", String(!keys.hidden));
});

// Photos in large.
const viewer = one(".viewer"), panes = viewer ? all(".pane", viewer) : [];
const pictures = all("[data-src]").map((button) => ({ id: button.dataset.view, src: button.dataset.src, title: button.dataset.title }));
function draw(pane, place) {
  const number = (place + pictures.length) % pictures.length, image = one("img", pane);
  pane.dataset.place = number; pane.dataset.turn = "0"; pane.dataset.zoom = "0"; image.className = "";
  image.src = pictures[number].src; image.alt = pictures[number].title; one("[data-title]", pane).textContent = pictures[number].title;
}
function look(pane) { one("img", pane).className = `turn-${pane.dataset.turn} zoom-${pane.dataset.zoom}`; }
function turn(pane) { pane.dataset.turn = String((Number(pane.dataset.turn) + 1) % 4); look(pane); }
function zoom(pane, by) { pane.dataset.zoom = String(Math.min(3, Math.max(0, Number(pane.dataset.zoom) + by))); look(pane); }
function compare() {
  const second = panes[1]; second.hidden = !second.hidden;
  one("[data-compare]", viewer).setAttribute("aria-pressed", String(!second.hidden));
  if (!second.hidden) draw(second, Number(panes[0].dataset.place) + 1);
}
function open(place) { if (viewer && pictures.length) { draw(panes[0], place); viewer.showModal(); } }
function keysOfViewer(event) {
  const keys = { ArrowLeft: () => draw(panes[0], Number(panes[0].dataset.place) - 1), ArrowRight: () => draw(panes[0], Number(panes[0].dataset.place) + 1),
    r: () => turn(panes[0]), "+": () => zoom(panes[0], 1), "-": () => zoom(panes[0], -1), c: compare };
  if (Object.hasOwn(keys, event.key)) { event.preventDefault(); event.stopImmediatePropagation(); keys[event.key](); }
}
for (const button of all("[data-view]")) button.addEventListener("click", () => open(Math.max(0, pictures.findIndex((each) => each.id === button.dataset.view))));
for (const pane of panes) {
  for (const button of all("[data-step]", pane)) button.addEventListener("click", () => draw(pane, Number(pane.dataset.place) + Number(button.dataset.step)));
  for (const button of all("[data-zoom]", pane)) button.addEventListener("click", () => zoom(pane, Number(button.dataset.zoom)));
  one("[data-turn]", pane).addEventListener("click", () => turn(pane));
}
one("[data-compare]", viewer ?? document)?.addEventListener("click", compare);
one("[data-close]", viewer ?? document)?.addEventListener("click", () => viewer.close());

// On a narrow screen the story is folded: what decides is a touch away, a jump opens its part.
const narrow = matchMedia("(max-width: 1099.98px)").matches;
for (const fold of narrow ? all(".fold") : []) fold.open = false;
for (const jump of all("[data-jump]")) jump.addEventListener("click", () => { const part = one(jump.getAttribute("href")); if (part?.matches("details")) part.open = true; });
const bar = one(".to-decision"), panel = one("#decision");
if (bar && panel) new IntersectionObserver(([seen]) => bar.classList.toggle("there", seen.isIntersecting)).observe(panel);

// The appraisal bench: keys 1 to 9 choose a verdict, Enter sends it; a verdict against the station asks for findings
// first, and Ctrl+Enter sends from there. The page works without.

const form = document.querySelector("[data-verdict-keys]")?.closest("form");
const findings = form?.querySelector("textarea");

function send() {
  const chosen = form.querySelector("[data-key]:checked");
  if (chosen && "needsWords" in chosen.dataset && findings.value.trim().length < 10) findings.focus();
  else form.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if (!form || event.isComposing) return;
  if (event.target === findings && event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
  const writing = event.target.matches("textarea, input:not([type=radio]), select");
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = form.querySelector(`[data-key="${event.key}"]`);
  if (choice) { choice.checked = true; choice.focus(); event.preventDefault(); }
  if (event.key === "Enter" && !event.target.matches("a, button, summary")) { event.preventDefault(); send(); }
});

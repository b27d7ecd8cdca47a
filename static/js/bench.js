// The appraisal bench: keys 1 to 9 choose a verdict, Enter sends it. The page works without.

const form = document.querySelector("[data-verdict-keys]")?.closest("form");
document.addEventListener("keydown", (event) => {
  const writing = event.target.matches("textarea, input:not([type=radio]), select");
  if (!form || writing || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = form.querySelector(`[data-key="${event.key}"]`);
  if (choice) { choice.checked = true; choice.focus(); event.preventDefault(); }
  if (event.key === "Enter" && event.target.type !== "submit") { event.preventDefault(); form.requestSubmit(); }
});

// Divisions as one types, in every field that lists places. The form works without.

let wait;
document.addEventListener("input", ({ target }) => {
  if (!target.matches('input[list="places"]')) return;
  clearTimeout(wait);
  wait = setTimeout(async () => {
    const answer = await fetch(`/apply/places/?division=${encodeURIComponent(target.value)}`);
    if (answer.ok) document.querySelector("#places").innerHTML = await answer.text();
  }, 250);
});

// The application form: the device's position on request, and counties as one types. The form works without both.

const button = document.querySelector("[data-locate]");
if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    document.querySelector('[data-place="longitude"]').value = coords.longitude.toFixed(6);
    document.querySelector('[data-place="latitude"]').value = coords.latitude.toFixed(6);
  }));
}

const division = document.querySelector('input[list="places"]');
let wait;
division?.addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(async () => {
    const answer = await fetch(`/apply/places/?division=${encodeURIComponent(division.value)}`);
    if (answer.ok) document.querySelector("#places").innerHTML = await answer.text();
  }, 250);
});

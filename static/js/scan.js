// The camera as a scanner where the browser can read codes; a wedge scanner or fingers type into the same field.
const video = document.querySelector("[data-scan-video]");
const input = document.querySelector("[data-scan-input]");
const start = document.querySelector("[data-scan-start]");
const stays = Boolean(document.querySelector("[data-scan-stay]")); // a scan fills in the field and sends nothing

if (input && stays) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

if (video && start && "BarcodeDetector" in window && navigator.mediaDevices) {
  start.hidden = false;
  start.addEventListener("click", async () => {
    video.hidden = false;
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code", "code_128", "ean_13", "data_matrix"] });
    const look = async () => {
      const [found] = await detector.detect(video).catch(() => []);
      if (!found) return requestAnimationFrame(look);
      input.value = found.rawValue;
      if (stays) {
        video.srcObject.getTracks().forEach((track) => track.stop());
        video.hidden = true;
        return input.dispatchEvent(new Event("change", { bubbles: true }));
      }
      input.form.requestSubmit();
    };
    look();
  });
}

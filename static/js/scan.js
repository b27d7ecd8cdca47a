// The camera as a scanner where the browser can read codes; a wedge scanner or fingers type into the same field.
const video = document.querySelector("[data-scan-video]");
const input = document.querySelector("[data-scan-input]");
const start = document.querySelector("[data-scan-start]");

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
      input.form.requestSubmit();
    };
    look();
  });
}

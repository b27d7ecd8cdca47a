// Receiving counts what is scanned: a wedge scanner or fingers and Enter, or the camera, one code after the other.
// A part that the shipment does not have is listed in the field of other parts. The page also works without this file.

const scan = document.querySelector("[data-count-scan]");
const said = document.querySelector("[data-count-said]");
const others = document.querySelector("textarea[name=wrong]");
const packs = document.querySelector("[data-count-packs]");
const lines = [...document.querySelectorAll("tr[data-part]")];
const counter = (line) => line.querySelector('input[name$="-received"]');
let begun = false;

const say = (pattern, number, bad) => {
  said.textContent = pattern.replace("{part}", number);
  scan.classList.toggle("is-invalid", bad);
};

const listOther = (number) => {
  if (!others) return;
  const rows = others.value.split("\n").map((row) => row.trim()).filter(Boolean);
  const at = rows.findIndex((row) => row.split(/[\t ,;，；]+/)[0].toLowerCase() === number.toLowerCase());
  if (at < 0) rows.push(`${number} 1`);
  else rows[at] = `${number} ${Number(rows[at].split(/[\t ,;，；]+/)[1] || 1) + 1}`;
  others.value = `${rows.join("\n")}\n`;
};

const count = (code) => {
  const number = code.split(";")[0].trim(); // a label says the part number, then batch or serial number
  if (!number) return;
  if (!begun) lines.forEach((each) => { counter(each).value = 0; });
  begun = true;
  const line = lines.find((each) => each.dataset.part.toLowerCase() === number.toLowerCase());
  if (line) {
    counter(line).value = Number(counter(line).value) + (packs.checked ? Number(line.dataset.pack) : 1);
    say(scan.dataset.counted, number, false);
  } else {
    listOther(number);
    say(scan.dataset.unknown, number, true);
  }
};

if (scan) {
  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    count(scan.value);
    scan.value = "";
  });
  const camera = document.querySelector("[data-count-camera]");
  const video = document.querySelector("[data-count-video]");
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    camera.hidden = false;
    camera.addEventListener("click", async () => {
      video.hidden = false;
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
      const detector = new BarcodeDetector({ formats: ["qr_code", "code_128", "ean_13", "data_matrix"] });
      let last = "";
      let seen = 0;
      const look = async () => {
        const [found] = await detector.detect(video).catch(() => []);
        const now = Date.now();
        if (found && (found.rawValue !== last || now - seen > 1500)) count(found.rawValue);
        if (found) { last = found.rawValue; seen = now; }
        requestAnimationFrame(look);
      };
      look();
    });
  }
}

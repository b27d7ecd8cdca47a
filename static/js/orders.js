// The order form prices what is typed. The page also works without this file.

const rows = document.querySelector("[data-order-rows]");
const basket = document.querySelector("#basket");
let timer;

const price = async () => {
  const answer = await fetch(basket.dataset.previewUrl, { method: "POST", body: new FormData(rows.form) }).catch(() => null);
  if (!answer?.ok) return;
  const typing = document.activeElement?.closest?.("#basket [data-row]")?.dataset.row;
  basket.innerHTML = await answer.text();
  if (typing) basket.querySelector(`[data-row="${typing}"]`)?.focus();
  document.querySelector("[data-kept]").hidden = !rows.value.trim();
};
const priceSoon = () => { clearTimeout(timer); timer = setTimeout(price, 400); };

// The typed rows are the truth; what is pressed in the basket rewrites one of them.
const CELLS = /(?<=[\s,;，；、])\d{1,3}(?:,\d{3})+(?![^\s,;，；、])|[^\s,;，；、]+/g;
const cellsOf = (line) => (line.includes("\t") ? line.split("\t").map((cell) => cell.trim()) : line.match(CELLS) ?? [""]);
// Rows under a heading row become number and quantity, each on its own line still.
const plainRows = () => {
  const lines = rows.value.split("\n");
  const head = cellsOf(lines[0]);
  const number = head.findIndex((cell) => /part|number|编码|编号|图号|料号|配件号|零件号/i.test(cell) && !/名|name/i.test(cell));
  const qty = head.findIndex((cell) => /qty|quantity|pieces|数量|件数/i.test(cell));
  if (/\d/.test(lines[0]) || number < 0 || qty < 0) return lines;
  return ["", ...lines.slice(1).map((line) => { const cells = cellsOf(line); return line.trim() ? `${cells[number] ?? ""}\t${cells[qty] ?? ""}` : ""; })];
};
const rewrite = (position, change) => {
  const lines = plainRows();
  const cells = cellsOf(lines[position - 1].trim());
  const changed = change(cells[0], (cells[1] ?? "1").replaceAll(",", ""));
  if (changed === null) lines.splice(position - 1, 1);
  else lines[position - 1] = changed;
  rows.value = lines.join("\n");
  priceSoon();
};

if (rows && basket) {
  // What names one kind of order does not name another.
  rows.form.elements.kind?.addEventListener("change", () => { rows.form.elements.reference.value = ""; });
  rows.form.addEventListener("input", (event) => { if (event.target.id !== "part-search" && !event.target.dataset.row) priceSoon(); });
  rows.form.addEventListener("change", (event) => { if (!event.target.dataset.row) priceSoon(); });
  const add = (number) => {
    const lines = plainRows();
    const known = lines.findIndex((line) => cellsOf(line.trim())[0].toLowerCase() === number.toLowerCase());
    if (known >= 0) { rewrite(known + 1, (part, qty) => `${part}\t${Number(qty) + 1 || 1}`); return; }
    rows.value = `${rows.value.replace(/\s*$/, "")}${rows.value.trim() ? "\n" : ""}${number}\t1\n`;
    priceSoon();
  };
  basket.addEventListener("change", (event) => {
    if (event.target.dataset.row) rewrite(event.target.dataset.row, (part) => `${part}\t${event.target.value || 1}`);
  });
  basket.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.dataset.row) { event.preventDefault(); event.target.blur(); }
  });
  basket.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove]");
    const swap = event.target.closest("[data-swap]");
    if (remove) rewrite(remove.dataset.remove, () => null);
    if (swap) rewrite(swap.dataset.swap, (_part, qty) => `${swap.dataset.part}\t${qty}`);
  });
  document.querySelector("#suggestions").addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-part]");
    if (button) add(button.dataset.addPart);
  });
  document.querySelector("#part-search").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const found = [...document.querySelectorAll("#suggestions > [data-add-part]")].map((button) => button.dataset.addPart);
    const typed = event.target.value.trim();
    if (typed) add(found.find((number) => number.toLowerCase() === typed.toLowerCase()) ?? (found.length === 1 ? found[0] : typed));
    event.target.value = "";
  });

  // The camera goes on reading; the same code counts again after two seconds, or once it has been out of sight.
  const camera = document.querySelector("[data-order-camera]");
  const video = document.querySelector("[data-order-video]");
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
        if (found && (found.rawValue !== last || Date.now() - seen > 2000)) {
          last = found.rawValue;
          seen = Date.now();
          add(decodeURIComponent(last.replace(/\/$/, "").split("/").at(-1)).trim());
          navigator.vibrate?.(60);
        }
        requestAnimationFrame(look);
      };
      look();
    });
  }
  priceSoon();
}

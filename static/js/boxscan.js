// Scan after scan without leaving the page: each code is sent with the form, and the parts marked data-live come fresh
// from the answer. A wedge scanner or fingers and Enter, or the camera; codes wait their turn, and wait for the network.
// The page also works without this file.

const form = document.querySelector("[data-scan-form]");
const input = form?.querySelector("[data-scan-input]");
const said = form?.querySelector("[data-live=said]");
const waiting = [];
let busy = false;

const refresh = (page) => {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }
  const head = page.querySelector(".head");
  if (head) document.querySelector(".head").replaceWith(head);
};

const send = async () => {
  if (busy || !waiting.length) return;
  busy = true;
  const body = waiting[0];
  body.set("idempotency_key", form.elements.idempotency_key.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-scan-form]");
    if (!fresh) { location.assign(answer.url); return; }
    waiting.shift();
    refresh(page);
    form.elements.idempotency_key.value = fresh.elements.idempotency_key.value;
    form.setAttribute("action", fresh.getAttribute("action"));
    if (answer.redirected) history.replaceState(null, "", answer.url);
    const bad = Boolean(said.querySelector("[role=alert]"));
    input.classList.toggle("is-invalid", bad);
    navigator.vibrate?.(bad ? [120, 80, 120] : 40);
    if (bad && !waiting.length) giveBack(body);
  } catch {
    said.textContent = form.dataset.offline.replace("{count}", waiting.length);
    busy = false;
    return;
  }
  busy = false;
  send();
};

// What is said of one piece (data-once) goes with its code, and the next piece begins without it.
const once = () => [...form.querySelectorAll("[data-once]")];

const giveBack = (body) => { for (const each of once()) form.elements[each.name].value = body.get(each.name); };

const take = (code) => {
  if (!code.trim()) return;
  const body = new FormData(form);
  body.set(input.name, code.trim());
  waiting.push(body);
  for (const each of once()) form.elements[each.name].value = each.type === "radio" ? each.value : "";
  send();
};

if (form && input) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation(); // this form is sent often, each time with a key of its own
    take(input.value);
    input.value = "";
    input.focus();
  });
  addEventListener("online", send);
  const camera = form.querySelector("[data-scan-start]");
  const video = form.querySelector("[data-scan-video]");
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    camera.hidden = false;
    camera.addEventListener("click", async () => {
      video.hidden = false;
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
      const detector = new BarcodeDetector({ formats: ["qr_code", "code_128", "data_matrix"] });
      let last = "";
      let seen = 0;
      const look = async () => {
        const [found] = await detector.detect(video).catch(() => []);
        const now = Date.now();
        if (found && (found.rawValue !== last || now - seen > 2500)) take(found.rawValue);
        if (found) { last = found.rawValue; seen = now; }
        requestAnimationFrame(look);
      };
      look();
    });
  }
}

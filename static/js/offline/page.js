// What a page tells of being offline: a bar with what waits, answers given here put back into their form, the button
// that keeps a question. Imported by app.js once the service worker is there.
import { dropQuestion, isKept, keepQuestion, listCopies } from "./copies.js";
import { whatWaits } from "./send.js";
import { mine } from "./store.js";
import { language, readWords } from "./words.js";

const IDLE = 400; // ms: the page comes first
const copied = document.body.dataset.copy;
const isCopy = copied !== undefined;
const worker = navigator.serviceWorker;
let bar;

const post = (message) => worker.controller?.postMessage(message);
const path = location.pathname;
const plain = path.replace(/^\/en/, "");

// === the bar ===

async function render({ sent = 0, refused = 0 } = {}) {
  const all = await mine();
  const left = all.filter((one) => !one.refused).length;
  const failed = all.length - left;
  const isOffline = isCopy || !navigator.onLine;
  if (!isOffline && !left && !failed && !sent && !refused) return bar?.remove();
  const words = await readWords();
  const lines = [
    isOffline && words.say("offline"),
    copied && words.say("copy", { date: new Date(copied).toLocaleString(document.documentElement.lang) }),
    left && words.say("waiting", { n: left }),
    sent && words.say("sent", { n: sent }),
    failed && words.say("refused", { n: failed }),
  ].filter(Boolean);
  if (!bar) {
    bar = document.createElement("div");
    bar.className = "wrap offline-bar no-print";
    bar.append(document.createElement("p"), document.createElement("a"));
    bar.firstChild.setAttribute("role", "status");
    bar.lastChild.href = words.page;
    bar.lastChild.textContent = words.say("see");
  }
  document.querySelector(".top").after(bar);
  bar.classList.toggle("problem", failed > 0);
  bar.firstChild.textContent = lines.join(" ");
}

async function note(word, before) {
  const words = await readWords();
  const said = document.createElement("p");
  said.className = "note";
  said.setAttribute("role", "status");
  said.textContent = words.say(word);
  before.before(said);
}

// === a form whose answer waits ===

function fill(form, given) {
  const order = given.getAll("order");
  const list = form.querySelector(".ord");
  if (list && order.length) {
    const rows = new Map([...list.children].map((row) => [row.querySelector("[name=order]").value, row]));
    for (const step of order) list.append(rows.get(step));
  }
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "submit") continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = given.getAll(field.name).includes(field.value);
    else if (given.has(field.name)) field.value = given.get(field.name);
  }
}

async function showAnswered() {
  const { pages, cards } = await whatWaits();
  const form = document.querySelector("form[data-item]");
  const one = form && pages.get(plain);
  if (one) {
    fill(form, new URLSearchParams(one.form));
    await note({ response: "answered", save: "saved", reveal: "asked" }[one.kind], form);
    if (one.kind !== "save") for (const field of form.querySelectorAll("input, select, textarea, button")) field.disabled = true;
  }
  const base = plain.replace(/\d+\/$/, "");
  for (const step of document.querySelectorAll(".steps li")) {
    const position = step.querySelector("a")?.pathname.match(/(\d+)\/$/)?.[1] ?? step.querySelector("button")?.value;
    if (pages.has(`${base}${position}/`)) step.classList.add("waits");
  }
  const undo = document.querySelector("template[data-undo]");
  if (undo && cards.size) undo.replaceWith(undo.content);
}

// === what is kept ===

function keepQuiz() {
  const form = document.querySelector("form[data-item]");
  if (!form) return;
  const base = path.replace(/\d+\/$/, "");
  const links = [...document.querySelectorAll(".steps a")].map((link) => link.pathname);
  const places = [...form.querySelectorAll(".steps button")].map((button) => `${base}${button.value}/`);
  post({ act: "keep", paths: [...links, ...places, ...(places.length ? [`${base}finish/`] : [])] });
}

async function offerKeeping() {
  const button = document.querySelector("button[data-keep]");
  if (!button) return;
  const [offered, kept] = [button.lastChild.data, button.dataset.keep];
  const show = (is) => {
    button.setAttribute("aria-pressed", String(is));
    button.lastChild.data = is ? kept : offered;
  };
  show(await isKept(path));
  button.classList.remove("unready"); // its place was kept, so that nothing moves
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (await isKept(path)) await dropQuestion(path);
      else await keepQuestion(path);
    } catch {
      await render();
    }
    show(await isKept(path));
    button.disabled = false;
    button.focus();
  });
}

async function markKept() {
  const kept = new Set((await listCopies("kept")).filter((one) => !one.startsWith("/media/")));
  const links = kept.size ? [...document.querySelectorAll("main .list a")].filter((link) => kept.has(link.pathname)) : [];
  if (!links.length) return;
  const words = await readWords();
  for (const link of links) {
    const mark = document.createElement("span");
    mark.className = "meta kept-mark";
    mark.textContent = words.say("kept");
    link.append(mark);
  }
}

// === go ===

if (isCopy) {
  const theme = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  if (theme) document.documentElement.dataset.theme = theme;
  const main = document.querySelector("main");
  if (location.hash === "#incomplete") note("incomplete", document.querySelector("form.answering") ?? main.firstElementChild);
  if (location.search === "?said=undone") note("undone", main.querySelector(".card") ?? main.firstElementChild);
}
render();
showAnswered();
offerKeeping();
markKept();
worker.addEventListener("message", (event) => render(event.data));
addEventListener("online", () => post({ act: "send" }));
addEventListener("offline", () => render());
document.addEventListener("visibilitychange", () => document.hidden || post({ act: "send" }));
post({ act: "send" });
setTimeout(() => {
  if (isCopy) return;
  keepQuiz();
  if (/^\/review\/(card\/)?$/.test(plain)) post({ act: "deck", language });
}, IDLE);

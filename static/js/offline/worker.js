// The service worker: pages from the network, else from their copies; answers from the network, else kept on the disk.
// `/worker.js` imports this file and calls serve() with what the server says of the site.
import * as copies from "./copies.js";
import { alone, canWait, isUndo, keepAnswers, readAnswers, sendWaiting, undoWaiting, whatWaits } from "./send.js";
import { answers, notes, waiting } from "./store.js";

const HASHED = /^\/static\/.*\.[0-9a-f]{12}\.\w+$/;
const HASH = /\.[0-9a-f]{12}\./;
const ITEM = /^((?:\/en)?\/quizzes\/[0-9a-f-]{36}\/)(\d+)\/$/;
const ATTEMPT = /^(?:\/en)?\/quizzes\/[0-9a-f-]{36}\/$/;
const NEXT_CARD = /^((?:\/en)?\/review\/)card\/$/;
const DECK_AGE = 5 * 60 * 1000; // ms
const LONGEST_WAIT = 15 * 1000; // ms: a connection that is slower counts as none
const NOTHING = { sent: [], refused: [] };
const DOWN = new Set([502, 503, 504]); // what stands before the site says that it is not there

let site; // {version, shell, pages, entering, leaving, deleting}

/** Begin to serve; called once, while the worker's script runs for the first time. */
export function serve(given) {
  site = given;
  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(activate()));
  self.addEventListener("fetch", answerFetch);
  self.addEventListener("message", (event) => event.waitUntil(MESSAGES[event.data.act]?.(event.data)));
  self.addEventListener("sync", (event) => event.waitUntil(sendAll({ insist: true })));
}

const shellName = () => `shell-${site.version}`;

async function install() {
  const cache = await caches.open(shellName());
  await cache.addAll(site.shell.map((path) => new Request(path, { cache: path.startsWith("/static/") ? "default" : "reload" })));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== shellName());
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

function answerFetch(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST") {
    if (canWait(url.pathname)) event.respondWith(take(event, url));
    else if ([...site.entering, ...site.leaving].includes(url.pathname)) event.respondWith(leave(request, url));
    else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => goto(offlinePage(url), "#needs-network")));
  } else if (request.method === "GET") {
    if (HASHED.test(url.pathname)) event.respondWith(fromShell(request));
    else if (url.pathname.startsWith("/media/")) event.respondWith(picture(request));
    else if (request.mode === "navigate") event.respondWith(visit(event, url));
    else if (site.shell.includes(url.pathname)) event.respondWith(fetch(request).catch(() => caches.match(request.url, { ignoreVary: true })));
  }
}

// === pages ===

const prefix = (url) => (url.pathname.startsWith("/en/") ? "/en" : "");
const offlinePage = (url) => site.pages.find((path) => path.startsWith("/en/") === Boolean(prefix(url)));
const goto = (path, mark = "") => Response.redirect(new URL(path + mark, location.href), 303);

async function visit(event, url) {
  const since = copies.generationNow();
  const request = fetch(event.request);
  const response = await within(LONGEST_WAIT, request);
  if (response && !DOWN.has(response.status)) {
    event.waitUntil(copies.keepPage(url.pathname + url.search, response.clone(), since));
    return response;
  }
  const copy = await withoutNetwork(url).catch(() => undefined);
  return copy ?? response ?? (await request.catch(() => null)) ?? goto(offlinePage(url), "#not-kept");
}

async function withoutNetwork(url) {
  const path = url.pathname;
  if (site.shell.includes(path)) return shown(await caches.match(path, { cacheName: shellName(), ignoreVary: true }));
  if (NEXT_CARD.test(path)) return nextCard(url);
  if (ATTEMPT.test(path)) return goto((await nextItem(path)) ?? offlinePage(url), "");
  return shown(await copies.findCopy(path + url.search));
}

// Copies outlive releases: what they load is named as it is named today.
function named(html) {
  const today = new Map(site.shell.filter((path) => HASHED.test(path)).map((path) => [path.replace(HASH, "."), path]));
  return html.replace(/\/static\/[\w/-]+\.[0-9a-f]{12}\.\w+/g, (path) => today.get(path.replace(HASH, ".")) ?? path);
}

// The copy says itself that it is one: the page's script tells the reader.
async function shown(copy) {
  if (!copy) return undefined;
  const html = named(await copy.text())
    .replace("<body>", `<body data-copy="${copy.headers.get("X-Copied") ?? ""}">`)
    .replace(/(name="shown" value=")\d+"/g, `$1${Date.now()}"`);
  return new Response(html, { headers: copy.headers });
}

async function fromShell(request) {
  const found = await caches.match(request.url, { ignoreVary: true });
  if (found) return found;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(shellName())).put(request.url, response.clone());
  return response;
}

async function picture(request) {
  const found = await caches.match(request.url, { cacheName: "kept", ignoreVary: true });
  return found ?? fetch(request);
}

// The next card of today that was not answered here and whose page is kept.
async function nextCard(url) {
  const { cards } = await whatWaits();
  for (const { card, page } of (await notes.get("deck")) ?? []) {
    const copy = cards.has(card) ? undefined : await copies.findCopy(prefix(url) + page);
    if (copy) return shown(copy);
  }
  return goto(offlinePage(url), "#done");
}

// The next item of a quiz, after the one given, that was not answered here and whose page is kept open.
async function nextItem(attempt, after = 0) {
  const { pages } = await whatWaits();
  const kept = (await copies.listCopies("own")).filter((path) => ITEM.exec(path)?.[1] === attempt);
  const places = kept.map((path) => [path, Number(ITEM.exec(path)[2])]).sort((one, other) => one[1] - other[1]);
  for (const [path] of [...places.filter(([, n]) => n > after), ...places.filter(([, n]) => n < after)]) {
    if (pages.has(path.replace(/^\/en/, ""))) continue;
    if ((await (await copies.findCopy(path)).text()).includes("data-item=")) return path;
  }
  return null;
}

// === answers ===

// An answer is on the disk before it goes out, and leaves the disk when the server has answered. What cannot be kept,
// as the disk is full or closed to us, goes out all the same.
function take(event, url) {
  return alone(async () => {
    const { request } = event;
    const form = new URLSearchParams(await request.clone().text());
    let queue = await waiting().catch(() => []);
    if (queue.length) {
      await tell(await sendWaiting()); // what was answered before goes before
      queue = await waiting();
    }
    if (isUndo(url.pathname) && (await undoWaiting(Date.now()).catch(() => false))) {
      await tell(NOTHING);
      return goto(`${prefix(url)}/review/card/`, "?said=undone");
    }
    const found = readAnswers(url.pathname, form, Date.now());
    const kept = Array.isArray(found) ? await keepAnswers(found).catch(() => null) : [];
    if (navigator.onLine && !queue.some((one) => one.group === found?.[0]?.group)) {
      for (const one of kept ?? []) await answers.put({ ...one, tries: 1 });
      const response = await within(LONGEST_WAIT, fetch(request));
      if (response && (response.status < 500 || !kept?.length)) {
        for (const one of kept ?? []) await answers.remove(one.id);
        event.waitUntil(afterwards(url, found?.[0]?.kind === "save"));
        return response;
      }
    }
    await registration.sync?.register("answers").catch(() => null);
    await tell(NOTHING);
    return (kept && (await goOn(url, form, found, request))) ?? goto(offlinePage(url), "#needs-network");
  });
}

// What a request brings within some milliseconds, null when it fails or takes longer.
function within(time, request) {
  return Promise.race([request.catch(() => null), new Promise((resolve) => setTimeout(resolve, time, null))]);
}

// Where a form leads that could not be sent; undefined for one that cannot wait.
async function goOn(url, form, found, request) {
  const path = url.pathname;
  const isReview = path.startsWith(`${prefix(url)}/review/`);
  if (found === "incomplete") return goto(isReview ? `${prefix(url)}/review/card/` : path, "#incomplete");
  if (!found) return undefined;
  if (request.headers.has("X-Autosave")) {
    return new Response(JSON.stringify({ revision: Number(form.get("revision")), kept: true }), { headers: { "Content-Type": "application/json" } });
  }
  if (isReview) return goto(`${prefix(url)}/review/card/`);
  const [, attempt, position] = ITEM.exec(path) ?? [];
  if (!attempt) return goto(offlinePage(url)); // the end of a quiz
  if (!form.get("asks").startsWith("exam")) return goto((await nextItem(attempt, Number(position))) ?? offlinePage(url));
  const go = form.get("go");
  return goto(go === "end" ? `${attempt}finish/` : go ? `${attempt}${go}/` : path);
}

// What the server took makes copies stale: the item of an exam has a new revision, a card has had its turn.
async function afterwards(url, isCopyStale) {
  const path = url.pathname;
  const card = /\/review\/cards\/(\d+)\/\w+\/$/.exec(path)?.[1];
  if (isCopyStale && ITEM.test(path) && (await copies.findCopy(path))) await copies.fetchOwn([path], { anew: true });
  if (isUndo(path)) await notes.set("deck-at", 0);
  if (card && !path.endsWith("/answer/")) await forgetCard(Number(card));
}

async function forgetCard(card) {
  const deck = (await notes.get("deck")) ?? [];
  await copies.forgetOwn(deck.filter((one) => one.card === card).flatMap((one) => [one.page, `/en${one.page}`]));
  await notes.set("deck", deck.filter((one) => one.card !== card));
}

async function tell(outcome) {
  const message = { sent: outcome.sent.length, refused: outcome.refused.length };
  for (const client of await self.clients.matchAll()) client.postMessage(message);
}

async function sendAll({ insist = false } = {}) {
  const outcome = await alone(sendWaiting);
  for (const one of outcome.sent) await afterwards(new URL(one.page, location.href), true).catch(() => null);
  await tell(outcome);
  if (insist && outcome.left) throw new Error("answers are left"); // the browser then tries again later
}

async function dropRefused() {
  for (const one of await answers.all()) if (one.refused) await answers.remove(one.id);
}

// Signing in or out: what waits belongs to whoever answered it, and is sent before. Deleting everything means it.
function leave(request, url) {
  return alone(async () => {
    const isDeleting = site.deleting.includes(url.pathname);
    if (!isDeleting) await tell(await sendWaiting().catch(() => NOTHING));
    const response = await fetch(request).catch(() => null);
    if (!response) return goto(offlinePage(url), "#needs-network");
    const isEntering = site.entering.includes(url.pathname);
    if (response.type === "opaqueredirect" || (response.ok && !isEntering && !isDeleting)) {
      copies.beginGeneration();
      if (isDeleting) await answers.clear();
      else if (!isEntering) await dropRefused();
      await copies.dropOwn({ all: !isEntering });
    }
    return response;
  });
}

// === what pages ask for ===

const MESSAGES = {
  send: () => sendAll(),
  keep: ({ paths }) => copies.fetchOwn(paths).catch(() => null),
  deck: ({ language }) => fetchDeck(language).catch(() => null),
};

// Keep the pages of today's cards; those of cards reviewed since, here or elsewhere, are fetched anew.
async function fetchDeck(language) {
  if (Date.now() - ((await notes.get("deck-at")) ?? 0) < DECK_AGE) return;
  const since = copies.generationNow();
  const response = await fetch("/api/v1/reviews/ahead/", { cache: "no-store" });
  if (!response.ok || since !== copies.generationNow()) return;
  await copies.noteLearner(response.headers.get("X-Learner"));
  const before = (await notes.get("deck")) ?? [];
  const cards = (await response.json()).cards.map((one) => ({ ...one, page: one.page.replace(/^\/en/, "") }));
  const isStale = (old) => !cards.some((one) => one.card === old.card && one.turn === old.turn);
  await copies.forgetOwn(before.filter(isStale).flatMap((one) => [one.page, `/en${one.page}`]));
  await notes.set("deck", cards);
  await notes.set("deck-at", Date.now());
  await copies.fetchOwn(cards.map((one) => `${language}${one.page}`));
}

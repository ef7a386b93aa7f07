// Copies of pages. `read`: public pages visited; `kept`: questions chosen, with their pictures; `own-<learner>`: one
// learner's pages, which nobody else is shown. A page tells whose it is by the header X-Learner.
import { handOver, notes } from "./store.js";

const MOST = { read: 80, own: 200 };
const PUBLIC = /^(\/en)?\/((topics|questions)\/([^/]+\/)?|glossary\/|labs\/([^/]+\/)?)?$/;
const OWN = /^(\/en)?\/(quizzes\/|review\/|progress\/$)/;
const NEVER = /\/(new|log\.\w+|settings|reschedule|flaw)(\/|$)/;
const PICTURE = /\bsrc="(\/media\/[^"]+)"/g;

/** Tell where a page's copy belongs, null for one that is never kept. */
export function shelf(path) {
  if (PUBLIC.test(path)) return "read";
  return OWN.test(path) && !NEVER.test(path) ? "own" : null;
}

let generation = 0; // of who uses the browser: raised when somebody signs in or out

/** Return the number to give to keepPage, taken before the page is asked for. */
export const generationNow = () => generation;

/** Let no page be kept that was asked for before. */
export function beginGeneration() {
  generation += 1;
}

async function ownName() {
  return `own-${(await notes.get("learner")) ?? "none"}`;
}

const hasAccount = (tag) => tag !== "none" && !tag.startsWith("a-");

/**
 * Note whose a page is. Another learner's copies go; all copies go when somebody signs out or deletes everything. Who had
 * no account and has one now signed in: the server moved all they had into it, so their unsent answers go there too.
 */
export async function noteLearner(tag) {
  if (tag === null) return;
  const before = (await notes.get("learner")) ?? "none";
  if (tag === before) return;
  if (before.startsWith("a-") && hasAccount(tag)) await handOver(before, tag);
  await notes.set("learner", tag);
  await dropOwn({ all: tag === "none" });
}

/** Drop the copies of a learner's own pages; all: of what was visited and chosen, too. */
export async function dropOwn({ all }) {
  await notes.set("deck", []);
  await notes.set("deck-at", 0);
  const names = (await caches.keys()).filter((name) => name.startsWith("own-"));
  if (all) names.push("read", "kept");
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function copyOf(response) {
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set("X-Copied", new Date().toISOString());
  return new Response(await response.blob(), { status: response.status, headers });
}

async function trim(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

const isPage = (response) => response.status === 200 && !response.redirected && response.headers.get("Content-Type")?.startsWith("text/html");

/** Keep a copy of a page that was just fetched, where its kind is kept and nobody signed in or out since it was asked for. */
export async function keepPage(path, response, since) {
  if (since !== generation) return;
  await noteLearner(response.headers.get("X-Learner"));
  const place = shelf(new URL(path, location.href).pathname);
  if (!place || !isPage(response) || (place === "own" && path.includes("?"))) return;
  const tag = response.headers.get("X-Learner");
  if (place === "own" && tag !== null && tag !== (await notes.get("learner"))) return;
  const copy = await copyOf(response);
  const kept = await caches.open("kept");
  const isKept = place === "read" && (await kept.match(path));
  if (since !== generation) return;
  if (isKept) return kept.put(path, copy);
  const cache = await caches.open(place === "own" ? await ownName() : "read");
  await cache.delete(path); // so that the keys stand by the time of the last visit
  if (since !== generation) return;
  await cache.put(path, copy);
  await trim(cache, MOST[place]);
}

/** Find the copy of a page; of a question also when another way to read it is asked for. */
export async function findCopy(path) {
  const url = new URL(path, location.href);
  const wanted = url.pathname + url.search;
  if (shelf(url.pathname) === "own") return (await caches.open(await ownName())).match(wanted, { ignoreVary: true, ignoreSearch: true });
  for (const options of [{ ignoreVary: true }, { ignoreVary: true, ignoreSearch: true }]) {
    for (const name of ["kept", "read"]) {
      const found = await (await caches.open(name)).match(wanted, options);
      if (found) return found;
    }
  }
  return undefined;
}

/** Fetch pages of the learner's own that have no copy yet, one after the other. */
export async function fetchOwn(paths, { anew = false } = {}) {
  for (const path of paths) {
    if (!anew && (await findCopy(path))) continue;
    const since = generation;
    const response = await fetch(path, { cache: "no-store" });
    if (!response.ok) continue;
    await keepPage(path, response, since);
  }
}

/** Forget copies of the learner's own pages. */
export async function forgetOwn(paths) {
  const cache = await caches.open(await ownName());
  await Promise.all(paths.map((path) => cache.delete(path)));
}

/** List the paths of copies, the latest first. */
export async function listCopies(place) {
  const cache = await caches.open(place === "own" ? await ownName() : place);
  return (await cache.keys()).map((request) => new URL(request.url).pathname).reverse();
}

/** Keep a question with its pictures until it is let go; raises where it cannot be fetched. */
export async function keepQuestion(path) {
  const response = await fetch(path);
  if (!isPage(response)) throw new Error(`${path}: ${response.status}`);
  const cache = await caches.open("kept");
  const pictures = [...(await response.clone().text()).matchAll(PICTURE)].map((found) => found[1]);
  await cache.addAll([...new Set(pictures)]);
  await cache.put(path, await copyOf(response));
}

/** Let a kept question go, with the pictures that no other one shows. */
export async function dropQuestion(path) {
  const cache = await caches.open("kept");
  await cache.delete(path);
  const used = new Set();
  const keys = await cache.keys();
  for (const key of keys.filter((one) => !new URL(one.url).pathname.startsWith("/media/"))) {
    for (const found of (await (await cache.match(key)).text()).matchAll(PICTURE)) used.add(found[1]);
  }
  const unused = keys.filter((key) => new URL(key.url).pathname.startsWith("/media/") && !used.has(new URL(key.url).pathname));
  await Promise.all(unused.map((key) => cache.delete(key)));
}

/** Tell whether a question is kept. */
export async function isKept(path) {
  return Boolean(await (await caches.open("kept")).match(path, { ignoreVary: true }));
}

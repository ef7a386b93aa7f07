// Answers: read from the form that was posted, kept on the disk before anything is sent, and sent once, in order.
import { readResponse, readSaved } from "../lib/responses.js";
import { noteLearner } from "./copies.js";
import { answers, learnerNow, mine, waiting } from "./store.js";

const QUIZ = /^(?:\/en)?\/quizzes\/([0-9a-f-]{36})\/(?:(\d+)|finish)\/$/;
const CARD = /^(?:\/en)?\/review\/cards\/(\d+)\/(rate|answer)\/$/;
const UNDO = /^(?:\/en)?\/review\/undo\/$/;
const GLANCE = 10 * 60 * 1000; // ms: whoever left a card open longer was away
const LATER = new Set([408, 425, 429]);

/** Tell whether a form posted to the path can wait. */
export const canWait = (path) => QUIZ.test(path) || CARD.test(path) || UNDO.test(path);

/** Tell whether the path takes back a rating. */
export const isUndo = (path) => UNDO.test(path);

/** Read what is to be kept of a form: a list of answers; null when the form is one that cannot wait; "incomplete". */
export function readAnswers(path, form, now) {
  const quiz = QUIZ.exec(path);
  if (quiz) return readQuiz(path, quiz, form, now);
  const card = CARD.exec(path);
  return card ? readCard(path, card, form, now) : null;
}

function answer(kind, path, group, api, body, form, now) {
  return { kind, page: path, group, api, body, form: String(form), at: now, key: crypto.randomUUID(), tries: 0, refused: null };
}

function readQuiz(path, [, pk, position], form, now) {
  const made = (kind, name, body) => answer(kind, path, `quiz:${pk}`, `/api/v1/quizzes/${pk}/${name}/`, body, form, now);
  if (!position) return [made("finish", "finish", {})];
  const [mode, kind, size] = (form.get("asks") ?? "").split(" ");
  const given = { position: Number(position) };
  if (mode === "exam") {
    const found = [];
    const response = readSaved(kind, Number(size), form);
    if (response !== undefined) found.push(made("save", "responses", { ...given, response, revision: Number(form.get("revision")) }));
    if (form.has("flag")) found.push(made("flag", "flags", { ...given, flagged: form.get("flag") === "1" }));
    return found;
  }
  if (mode !== "practice" || form.has("move")) return null;
  if (form.has("reveal")) return [made("reveal", "reveal", { ...given, text: form.get("text") ?? "" })];
  const response = readResponse(kind, Number(size), form);
  return response === undefined ? "incomplete" : [made("response", "responses", { ...given, response })];
}

function readCard(path, [, card, act], form, now) {
  const shown = now - Number(form.get("shown"));
  const body = { card: Number(card), turn: Number(form.get("turn")), ...(shown >= 0 && shown <= GLANCE ? { duration_ms: shown } : {}) };
  const made = (kind) => answer(kind, path, `card:${card}`, "/api/v1/reviews/", body, form, now);
  if (act === "rate") {
    body.rating = Number(form.get("rating"));
    return [{ ...made("rate"), sending: form.get("sending") }];
  }
  const [, kind, size] = (form.get("asks") ?? "").split(" ");
  if (kind === "open" || form.has("move")) return null;
  body.response = readResponse(kind, Number(size), form);
  return body.response === undefined ? "incomplete" : [made("card")];
}

const isSame = (one, other) => one.group === other.group && one.body.position === other.body.position;

/** Keep answers; what was not sent yet of the same page of an exam is replaced. Returns what is kept, with ids. */
export async function keepAnswers(found) {
  const kept = await mine();
  const learner = await learnerNow();
  const stored = [];
  for (const one of found) {
    one.learner = learner;
    // A rating is named by the page it was given on, so that a sending whose end nobody saw counts once; but a page
    // whose rating was taken back may be rated again, under a new name.
    if (one.sending && !kept.some((other) => other.key === one.sending)) one.key = one.sending;
    const old = ["save", "flag"].includes(one.kind) && kept.find((other) => other.kind === one.kind && isSame(other, one) && !other.tries && !other.refused);
    if (old) {
      Object.assign(old, { body: { ...one.body, ...("revision" in old.body ? { revision: old.body.revision } : {}) }, form: one.form, at: one.at });
      await answers.put(old);
      stored.push(old);
    } else {
      one.id = await answers.add(one);
      stored.push(one);
    }
  }
  return stored;
}

/** Take back the last rating that waits: true, or false when none waits. What may have been sent is taken back by name. */
export async function undoWaiting(now) {
  const rated = (await waiting()).filter((one) => ["rate", "card"].includes(one.kind) && !one.undone);
  const last = rated.at(-1);
  if (!last) return false;
  if (!last.tries) {
    await answers.remove(last.id);
    return true;
  }
  await answers.put({ ...last, undone: true });
  await answers.add({ ...answer("undo", last.page, last.group, "/api/v1/reviews/undo/", { idempotency_key: last.key }, "", now), learner: last.learner });
  return true;
}

/** Say of waiting answers: the cards that were answered, the pages of a quiz by path. */
export async function whatWaits() {
  const all = await waiting();
  return {
    cards: new Set(all.filter((one) => ["rate", "card"].includes(one.kind) && !one.undone).map((one) => Number(one.group.slice(5)))),
    pages: new Map(all.filter((one) => ["response", "reveal", "save"].includes(one.kind)).map((one) => [one.page.replace(/^\/en/, ""), one])),
  };
}

// Note who is signed in now; return how far the server's clock is ahead of ours, in ms. Raises where there is no server.
async function askServer() {
  const response = await fetch("/api/v1/reviews/settings/", { cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  await noteLearner(response.headers.get("X-Learner"));
  const ahead = Date.parse(response.headers.get("Date")) - Date.now();
  return Math.abs(ahead) < 2000 || Number.isNaN(ahead) ? 0 : ahead;
}

function bodyOf(one, ahead) {
  const when = new Date(Math.min(one.at, Date.now()) + ahead).toISOString();
  if (one.kind === "response") return { ...one.body, answered_at: when };
  if (one.kind === "rate" || one.kind === "card") return { ...one.body, idempotency_key: one.key, reviewed_at: when };
  return one.body;
}

async function problemOf(response) {
  try {
    const told = await response.json();
    return told.errors?.map((error) => error.message).join(" ") || told.detail || told.title;
  } catch {
    return `HTTP ${response.status}`;
  }
}

/** Run something while nothing else sends answers, in this worker or another one. */
export const alone = (act) => navigator.locks.request("answers", act);

/**
 * Send what waits, in order; call it within `alone`. A server that fails keeps what belongs to the same quiz or card
 * waiting, no connection all of it. What is refused stays, with the server's words. What another learner answered waits
 * until they are back. Returns the answers by outcome.
 */
export async function sendWaiting() {
  const outcome = { sent: [], refused: [], left: 0 };
  const held = new Set();
  try {
    const ahead = (await answers.all()).some((one) => !one.refused) ? await askServer() : 0;
    for (const { id } of await waiting()) {
      const one = (await mine()).find((other) => other.id === id); // as it is now: a revision may have come
      if (!one || one.refused || held.has(one.group)) continue;
      await answers.put({ ...one, tries: one.tries + 1 });
      const headers = { "Content-Type": "application/json", "Accept-Language": one.page.startsWith("/en/") ? "en" : "zh-hans" };
      const response = await fetch(one.api, { method: "POST", headers, body: JSON.stringify(bodyOf(one, ahead)) });
      if (response.ok) {
        await settle(one, await response.json());
        outcome.sent.push(one);
      } else if (response.status >= 500 || LATER.has(response.status)) {
        held.add(one.group);
      } else {
        await refuse(one, { status: response.status, detail: await problemOf(response) });
        outcome.refused.push(one);
      }
    }
  } catch {
    // no connection, or it broke: the rest waits
  }
  outcome.left = (await waiting()).length;
  return outcome;
}

// A rating that is not taken needs no taking back.
async function refuse(one, refused) {
  for (const other of one.undone ? await answers.all() : []) {
    if (other.body.idempotency_key === one.key) await answers.remove(other.id);
  }
  if (one.undone) await answers.remove(one.id);
  else await answers.put({ ...one, tries: one.tries + 1, refused });
}

// What an exam saved has a new revision; what waits for the same page was answered after it, in this browser.
async function settle(one, told) {
  if (one.kind === "save") {
    for (const other of await answers.all()) {
      if (other.kind === "save" && isSame(other, one) && other.id > one.id) {
        await answers.put({ ...other, body: { ...other.body, revision: told.revision } });
      }
    }
  }
  await answers.remove(one.id);
}

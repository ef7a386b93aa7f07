// Enhancement only. Every page works without this file. It imports nothing before the page is painted: what is
// imported here comes a round trip after it, and a phone's first paint may wait for both.

// The colour scheme changes at once; the server is told in the background and remembers it.
for (const form of document.querySelectorAll("form[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = event.submitter.value;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    document.documentElement.dataset.theme = theme;
    form.querySelector(theme === "dark" ? ".to-light" : ".to-dark").focus();
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
}

// CSS already shows pinned folds on wide screens; this keeps the state that assistive technology reads the same.
const wide = matchMedia("(min-width: 60rem)");
const sync = () => {
  for (const fold of document.querySelectorAll(".fold.pin")) fold.open = wide.matches;
};
wide.addEventListener("change", sync);
sync();

// The page of keys comes as a dialog, fetched when it is first asked for; without script it is a page.
const link = document.querySelector(".foot [data-keys]");
let dialog;
async function fetchKeys() {
  const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  const close = Object.assign(document.createElement("button"), { className: "btn", textContent: link.dataset.keys });
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  form.append(close);
  document.head.append(page.querySelector("link[data-keys]"));
  dialog.append(...page.querySelector("main .keys").childNodes, form);
}
async function help() {
  if (!dialog) {
    dialog = Object.assign(document.createElement("dialog"), { className: "keys" });
    dialog.setAttribute("aria-labelledby", "keys-h");
    document.body.append(dialog);
    try {
      await fetchKeys();
    } catch {
      location.assign(link.href);
    }
  }
  if (dialog.open) dialog.close();
  else dialog.showModal();
}
link.addEventListener("click", (event) => {
  event.preventDefault();
  help();
});

// Offline: the worker is asked for after everything else; what it adds to a page comes once it is there. Nothing here
// waits for `load` before the page is idle: browsers lay a page out for the first time just before that.
const worker = navigator.serviceWorker;
const tellOffline = () => import("./offline/page.js");
if (worker?.controller) tellOffline();
else worker?.addEventListener("controllerchange", tellOffline, { once: true });
const register = () => worker?.register("/worker.js", { type: "module", updateViaCache: "none" }).catch(() => null);
const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
whenIdle(() => (document.readyState === "complete" ? register() : addEventListener("load", register)));

function find() {
  const field = document.querySelector("main [data-find]") ?? document.querySelector("[data-find]");
  if (field.checkVisibility()) {
    field.focus();
    field.select();
  } else {
    document.querySelector(".to-find").click();
  }
}

// What the field in the head shows while one types is loaded when somebody is about to.
const panel = document.querySelector("find-panel");
panel?.addEventListener("focusin", () => import("./elements/find-panel.js"), { once: true });

const actions = {
  find,
  help,
  next: () => document.querySelector("a[rel=next]")?.click(),
  previous: () => document.querySelector("a[rel=prev]")?.click(),
};

// A report says where: the words chosen, and the heading that they, or the middle of the window, stand under.
addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[data-report]");
  if (!link) return;
  const chosen = getSelection();
  const quote = chosen.toString().replace(/\s+/g, " ").trim();
  const at = quote ? chosen.getRangeAt(0).getBoundingClientRect().top : innerHeight / 2;
  const above = [...document.querySelectorAll("main [data-place], main .prose > [id], #gist")].filter((one) => one.getBoundingClientRect().top <= at + 1);
  const address = new URL(link.href);
  address.searchParams.set("place", above.length ? (above.at(-1).dataset.place ?? above.at(-1).id) : "");
  if (quote) address.searchParams.set("quote", quote.slice(0, 300));
  link.href = address;
});

// What a key press means.
const NAMES = new Map([
  ["/", "find"], ["?", "help"],
  ["j", "next"], ["ArrowRight", "next"],
  ["k", "previous"], ["ArrowLeft", "previous"],
]);

/** Name what a key asks for, or null: nothing while typing, with a modifier or on a key held down. */
export function meaning({ key, ctrlKey = false, altKey = false, metaKey = false, repeat = false, typing = false }) {
  if (typing || ctrlKey || altKey || metaKey || repeat) return null;
  return NAMES.get(key) ?? null;
}

/** Tell whether a control's `data-key`, keys parted by spaces, names the key; letters in either case. */
export function names(keys, key) {
  return keys.split(" ").some((one) => one.toLowerCase() === key.toLowerCase());
}

/**
 * Tell whether an element takes the key itself: a text field, a list, a slider, anything that scrolls sideways;
 * a choice takes the arrows and Space alone, a button or a link Enter and Space.
 */
export function takesKeys(element, key = "") {
  if (!element?.closest) return false;
  if (element.matches("input[type=radio], input[type=checkbox]")) return key.startsWith("Arrow") || key === " ";
  if (element.closest("button, a[href], summary") && (key === "Enter" || key === " ")) return true;
  return Boolean(element.closest("input, select, textarea, [contenteditable], [role=application], .scroll, pre"));
}

// A control of the page may name its keys: <button data-key="f">, <input type="radio" data-key="a 1">.
const named = (key) => [...document.querySelectorAll("[data-key]")].find((one) => names(one.dataset.key, key) && !one.disabled);

document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, altKey, metaKey, repeat } = event;
  if (event.defaultPrevented || ctrlKey || altKey || metaKey || repeat || takesKeys(event.target, key)) return;
  const action = meaning({ key });
  if (dialog?.open && action !== "help") return;
  const control = action === "help" ? undefined : named(key);
  if (!control && !action) return;
  event.preventDefault();
  if (!control) return actions[action]();
  control.focus();
  control.click();
});

// What a search field needs while one types: patience, no request that nobody waits for, keys that reach the hits.

const WAIT_MILLISECONDS = 180;

/**
 * Call `changed` a while after the last change of a field's text; never while characters are being composed.
 * `settle` forgets a change that waits, because the text was set or sent otherwise.
 */
export function whenTyped(field, changed) {
  let due;
  let composing = false;
  let known = field.value;
  const settle = () => {
    clearTimeout(due);
    known = field.value;
  };
  const soon = () => {
    clearTimeout(due);
    if (composing) return;
    due = setTimeout(() => {
      if (field.value === known) return;
      settle();
      changed();
    }, WAIT_MILLISECONDS);
  };
  field.addEventListener("compositionstart", () => {
    composing = true;
    clearTimeout(due);
  });
  field.addEventListener("compositionend", () => {
    composing = false;
    soon();
  });
  field.addEventListener("input", soon);
  return { settle };
}

/** Ask for the latest address only: a newer request ends the older one, whose answer is undefined. */
export class Latest {
  async text(address) {
    this.stop();
    const { signal } = (this.request = new AbortController());
    try {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(`${address}: ${response.status}`);
      return await response.text();
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  stop() {
    this.request?.abort();
  }
}

/** Return where an arrow key leads from here: into the links from the field, through them, back to the field; or null. */
export function step({ key, target, field, links }) {
  const place = links.indexOf(target);
  if (target !== field && place === -1) return null;
  if (key === "ArrowDown") return links[place + 1] ?? null;
  if (key === "ArrowUp" && place !== -1) return links[place - 1] ?? field;
  return null;
}

/** Tell whether a key press is part of composing a character. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

// What a key press means. Pure: no document here.

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

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

/** Tell whether an element takes the keys itself: a text field, a list, a slider, anything that scrolls sideways. */
export function takesKeys(element) {
  return Boolean(element?.closest?.("input, select, textarea, [contenteditable], [role=application], .scroll, pre"));
}

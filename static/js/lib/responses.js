// What a form answers, in the shape that the API takes: as quizzes/forms.py reads it. Pure: no document here.

const number = (text) => (/^\d{1,3}$/.test(text ?? "") ? Number(text) : null);
const numbers = (texts) => texts.map(number);
const all = (count, name, form) => Array.from({ length: count }, (_, i) => form.get(`${name}${i}`));

function read(kind, size, form) {
  switch (kind) {
    case "single": return number(form.get("choice"));
    case "multiple": return numbers(form.getAll("choice"));
    case "true_false": return { true: true, false: false }[form.get("choice")] ?? null;
    case "cloze": return all(size, "blank", form).map((text) => text ?? "");
    case "matching": return numbers(all(size, "term", form));
    case "ordering": return numbers(form.getAll("order"));
    case "numeric": return form.get("number") ?? "";
    case "open": return { points: numbers(form.getAll("point")), grade: form.get("grade") ?? "" };
  }
  return null;
}

/** Return the response to an item that is marked at once, or undefined while it is incomplete. */
export function readResponse(kind, size, form) {
  const given = read(kind, size, form);
  if (given === null || given === "" || (Array.isArray(given) && (!given.length || given.includes(null)))) return undefined;
  if (kind === "cloze" && given.some((text) => !text.trim())) return undefined;
  if (kind === "numeric" && !given.trim()) return undefined;
  if (kind === "open" && !given.grade) return undefined;
  return given;
}

/** Return what an exam saves, which may be incomplete: null takes an answer back, undefined changes nothing. */
export function readSaved(kind, size, form) {
  if (form.has("clear")) return null;
  const given = kind === "open" ? (form.get("text") ?? "") : read(kind, size, form);
  switch (kind) {
    case "single":
    case "true_false": return given ?? undefined;
    case "multiple": return given.length ? given : null;
    case "cloze": return given.some((text) => text.trim()) ? given : null;
    case "matching": return given.some((value) => value !== null) ? given : null;
    case "ordering": return form.has("save") || given.some((step, i) => step !== i) ? given : undefined;
    case "numeric": return given.trim() || null;
    case "open": return given.trim() ? { text: given } : null;
  }
  return undefined;
}

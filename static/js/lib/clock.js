// What a clock says. Pure: no document here.

/** Return the whole seconds that are left, rounded up; below zero they are over. */
export function remaining(until, now) {
  return Math.ceil((until - now) / 1000);
}

/** Write seconds as 01:05, 1:01:05 from an hour on, +00:05 when over. */
export function clockFace(seconds) {
  const size = Math.abs(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(size / 3600);
  const rest = `${two(Math.floor(size / 60) % 60)}:${two(size % 60)}`;
  return `${seconds < 0 ? "+" : ""}${hours ? `${hours}:` : ""}${rest}`;
}

/** Return the seconds to be said aloud now, or null: five minutes, one, half, and ten seconds before the end. */
export function warning(seconds) {
  return [300, 60, 30, 10].includes(seconds) ? seconds : null;
}

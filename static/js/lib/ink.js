// A drawing of 8×8 cells with ink from 0 to 16, and what the pad does with it. Pure: no document here.
export const SIDE = 8;
export const FULL = 16;
const SIGNS = "0123456789abcdefg"; // 0 … 16
const SOFT = 0.4; // of the ink goes to the four cells beside a stroke: the digits the model learnt from are soft

export const read = (signs) => [...signs].map((sign) => SIGNS.indexOf(sign));
export const write = (values) => values.map((value) => SIGNS[value]).join("");
export const mirror = (values) => values.map((_, i) => values[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]);
export const tint = (value) => Math.ceil(value / 4);

/** Put ink on a cell and a little beside it, or rub the cell out with none; returns the new drawing. */
export function dab(values, x, y, ink) {
  const next = [...values];
  if (!inside(x, y)) return next;
  if (ink === 0) {
    next[y * SIDE + x] = 0;
    return next;
  }
  const beside = Math.round(ink * SOFT);
  for (const [column, row, amount] of [[x, y, ink], [x - 1, y, beside], [x + 1, y, beside], [x, y - 1, beside], [x, y + 1, beside]]) {
    if (inside(column, row)) next[row * SIDE + column] = Math.max(next[row * SIDE + column], amount);
  }
  return next;
}

const inside = (x, y) => x >= 0 && y >= 0 && x < SIDE && y < SIDE;

/** List the cells on the way from one to another, the first left out unless it is the only one. */
export function stroke([fromX, fromY], [toX, toY]) {
  const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY));
  if (steps === 0) return [[toX, toY]];
  return Array.from({ length: steps }, (_, i) => {
    const share = (i + 1) / steps;
    return [Math.round(fromX + (toX - fromX) * share), Math.round(fromY + (toY - fromY) * share)];
  });
}

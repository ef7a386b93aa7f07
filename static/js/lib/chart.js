// Geometry of the charts, as labs/charts.py has it: points in, SVG paths and labels out. No document here.
export const LABEL_GAP = 8; // per cent of the plot's height

export function niceStep(span, parts = 4) {
  const rough = span / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].find((n) => n * power >= rough - 1e-12) * power;
}

export function ticks(low, high) {
  const step = niceStep(high - low);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i += 1) found.push(i * step);
  return found;
}

export const scale = (value, low, high) => ((value - low) / (high - low)) * 100;

export function xDomain(lines, planned) {
  const values = lines.flatMap((points) => points.map(([x]) => x));
  const high = Math.max(planned, ...values);
  const low = values.length ? Math.min(...values) : 0;
  return low < high / 5 || low === high ? [0, high] : [low, high];
}

export function yDomain(key, lines) {
  const values = lines.flatMap((points) => points.map(([, y]) => y)).filter((y) => y !== null);
  if (key === "accuracy" || !values.length) return [0, 1, 0.25];
  let low = Math.min(...values);
  const high = Math.max(...values);
  if (low > 0 && low < high / 2) low = 0;
  const span = high - low > 1e-9 * Math.abs(high) ? high - low : 0; // values that differ by rounding are one
  const step = niceStep(span || Math.abs(high) || 1);
  const first = Math.floor(low / step + 1e-9);
  return [first * step, Math.max(Math.ceil(high / step - 1e-9), first + 1) * step, step];
}

export function path(points, place) {
  let pen = "M";
  let found = "";
  for (const [x, y] of points) {
    if (y === null) {
      pen = "M";
      continue;
    }
    const [atX, atY] = place(x, y);
    found += `${pen}${Number(atX.toFixed(1))} ${Number(atY.toFixed(1))}`;
    pen = "L";
  }
  return found;
}

export function spread(heights) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  order.forEach((i, n) => {
    placed[i] = Math.max(heights[i], n ? placed[order[n - 1]] + LABEL_GAP : 0);
  });
  let limit = 100;
  for (const i of order.toReversed()) {
    placed[i] = Math.min(placed[i], limit);
    limit = placed[i] - LABEL_GAP;
  }
  return placed.map((height) => Math.round(height * 100) / 100);
}

export const number = (value) => (Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

// The whole drawing: { lines: [{ d, end, markAt, last, bad }], xTicks, yTicks }, places in per cent.
export function draw(series, yKey, planned) {
  const [xLow, xHigh] = xDomain(series, planned);
  const [yLow, yHigh, yStep] = yDomain(yKey, series);
  const place = (x, y) => [scale(x, xLow, xHigh), 100 - scale(y, yLow, yHigh)];
  const lines = series.map((points) => {
    const known = points.filter(([, y]) => y !== null);
    const end = known.length ? place(...known.at(-1)) : null;
    const bad = points.length > 0 && points.at(-1)[1] === null;
    return { d: path(points, place), end, bad, last: known.length && !bad ? number(known.at(-1)[1]) : "–" };
  });
  const ended = lines.filter((line) => line.end);
  spread(ended.map((line) => line.end[1])).forEach((height, i) => {
    ended[i].markAt = height;
  });
  const yTicks = [];
  for (let i = 0; i <= Math.round((yHigh - yLow) / yStep); i += 1) {
    const y = yLow + i * yStep;
    yTicks.push({ place: 100 - scale(y, yLow, yHigh), text: number(y) });
  }
  const xTicks = ticks(xLow, xHigh).map((x) => ({ place: scale(x, xLow, xHigh), text: number(x) }));
  return { lines, xTicks, yTicks };
}

// Runs Lighthouse in its mobile profile over [{name, url, cookie, categories, timed, tries}], given as JSON on standard
// input, and prints one JSON line a page. Timings are medians: a page that is `timed`, and one that did not get full
// marks for performance at first, is run up to `tries` times, for performance alone after the first. A run that could
// not be recorded is made again: in real-time scheduling (see tools.py) half of them are over before the record begins.
import { readFileSync } from "node:fs";

import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";

const MOST_RUNS = 30;
const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1];
const [chromePath, ...chromeFlags] = process.argv.slice(2);
const chrome = await chromeLauncher.launch({ chromePath, chromeFlags: ["--headless=new", ...chromeFlags] });

async function audit(url, cookie, onlyCategories) {
  const extraHeaders = cookie ? { Cookie: cookie } : undefined;
  const flags = { port: chrome.port, output: "json", logLevel: "error", onlyCategories, extraHeaders };
  let lhr;
  for (let run = 1; run <= MOST_RUNS; run += 1) {
    ({ lhr } = await lighthouse(url, flags).catch((error) => ({ lhr: { runtimeError: error } })));
    if (!lhr.runtimeError) break;
  }
  return lhr;
}

try {
  for (const { name, url, cookie, categories, timed, tries } of JSON.parse(readFileSync(0, "utf8"))) {
    const first = await audit(url, cookie, categories);
    const runs = [first];
    const again = !first.runtimeError && (timed || first.categories.performance.score < 1);
    while (again && runs.length < tries) runs.push(await audit(url, cookie, ["performance"]));
    const broken = runs.find((lhr) => lhr.runtimeError);
    if (broken) {
      console.log(JSON.stringify({ name, error: broken.runtimeError.message }));
      continue;
    }
    const scores = Object.fromEntries(Object.values(first.categories).map(({ id, score }) => [id, score]));
    scores.performance = median(runs.map((lhr) => lhr.categories.performance.score));
    const failed = Object.values(first.categories).flatMap(({ id, auditRefs }) =>
      auditRefs.filter(({ id: audit, weight }) => weight && first.audits[audit].score !== null && first.audits[audit].score < 0.9)
        .map(({ id: audit }) => `${id}: ${audit}`));
    const figures = (audit) => runs.map((lhr) => lhr.audits[audit].numericValue);
    const timings = {
      lcps: figures("largest-contentful-paint"),
      lcp: median(figures("largest-contentful-paint")),
      tbt: median(figures("total-blocking-time")),
      cls: Math.max(...figures("cumulative-layout-shift")),
    };
    console.log(JSON.stringify({ name, scores, failed, timings }));
  }
} finally {
  await chrome.kill();
}

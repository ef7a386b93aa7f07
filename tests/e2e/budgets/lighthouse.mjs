// Runs Lighthouse in its mobile profile over [{name, url, cookie, categories}], given as JSON on standard input, and
// prints one JSON line a page. Every host but loopback is unknown to the browser.
import { readFileSync } from "node:fs";

import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, ...chromeFlags] = process.argv.slice(2);
const chrome = await chromeLauncher.launch({ chromePath, chromeFlags: ["--headless=new", ...chromeFlags] });
try {
  for (const { name, url, cookie, categories } of JSON.parse(readFileSync(0, "utf8"))) {
    const extraHeaders = cookie ? { Cookie: cookie } : undefined;
    const flags = { port: chrome.port, output: "json", logLevel: "error", onlyCategories: categories, extraHeaders };
    const { lhr } = await lighthouse(url, flags);
    const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, score]));
    const failed = Object.values(lhr.categories).flatMap(({ id, auditRefs }) =>
      auditRefs.filter(({ id: audit, weight }) => weight && lhr.audits[audit].score !== null && lhr.audits[audit].score < 0.9)
        .map(({ id: audit }) => `${id}: ${audit}`));
    const figure = (audit) => lhr.audits[audit]?.numericValue;
    const timings = {
      lcp: figure("largest-contentful-paint"),
      cls: figure("cumulative-layout-shift"),
      tbt: figure("total-blocking-time"),
    };
    const error = lhr.runtimeError?.message;
    console.log(JSON.stringify({ name, finalUrl: lhr.finalDisplayedUrl, scores, failed, timings, error }));
  }
} finally {
  await chrome.kill();
}

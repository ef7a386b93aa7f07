// What is said of being offline, in the page's language: it stands in the page of what is kept, of which there is a copy.
export const language = document.documentElement.lang === "en" ? "/en" : "";
let read;

async function template() {
  const here = document.getElementById("offline-words");
  if (here) return here;
  const page = `${language}/offline/`;
  const response = (await caches.match(page, { ignoreVary: true })) ?? (await fetch(page));
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById("offline-words");
}

/** Return {say(word, values), page}; the style sheet for what they are said in comes with them. */
export function readWords() {
  read ??= template().then((found) => {
    if (!document.querySelector(`link[href="${found.dataset.css}"]`)) {
      const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: found.dataset.css });
      document.head.append(sheet);
    }
    const texts = new Map([...found.content.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]));
    const say = (word, values = {}) => texts.get(word).replace(/\{(\w+)\}/g, (_, name) => values[name]);
    return { say, page: found.dataset.page };
  });
  return read;
}

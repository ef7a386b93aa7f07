// Follow a run: server-sent events, and polling of the same rows where a stream cannot be held.
const POLL_MILLISECONDS = 1000;

export function follow(address, { row, status, end }) {
  let after = 0;
  let stopped = false;
  const take = (found) => {
    after = found.sequence;
    row(found);
  };

  async function poll() {
    while (!stopped) {
      try {
        const response = await fetch(`${address}?format=json&after=${after}`);
        const page = await response.json();
        status(page);
        page.events.forEach(take);
        if (page.over) {
          end(page);
          return;
        }
      } catch {
        // the next round asks again
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  }

  const source = new EventSource(address);
  let opened = false;
  source.addEventListener("open", () => {
    opened = true;
  });
  source.addEventListener("message", (event) => take(JSON.parse(event.data)));
  source.addEventListener("status", (event) => status(JSON.parse(event.data)));
  source.addEventListener("end", (event) => {
    source.close();
    end(JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    // A stream that once opened comes back by itself, behind its Last-Event-ID; a refused one does not.
    if (opened && source.readyState !== EventSource.CLOSED) return;
    source.close();
    poll();
  });
  return () => {
    stopped = true;
    source.close();
  };
}

// What this browser remembers, in IndexedDB: `answers` that wait for the server, in order, and a few `notes`.
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("offline", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("answers", { keyPath: "id", autoIncrement: true });
      request.result.createObjectStore("notes");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      request.result.onclose = () => (opened = undefined);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

// Resolves when what was written is on the disk.
async function run(name, mode, act) {
  const transaction = (await open()).transaction(name, mode, { durability: "strict" });
  const request = act(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const answers = {
  all: () => run("answers", "readonly", (store) => store.getAll()),
  add: (answer) => run("answers", "readwrite", (store) => store.add(answer)),
  put: (answer) => run("answers", "readwrite", (store) => store.put(answer)),
  remove: (id) => run("answers", "readwrite", (store) => store.delete(id)),
  clear: () => run("answers", "readwrite", (store) => store.clear()),
};

export const notes = {
  get: (name) => run("notes", "readonly", (store) => store.get(name)),
  set: (name, value) => run("notes", "readwrite", (store) => store.put(value, name)),
};

/** Return the tag of the learner whom the server saw last, "none" for nobody. */
export const learnerNow = async () => (await notes.get("learner")) ?? "none";

/** Give one learner's answers to another, in one transaction. */
export function handOver(from, to) {
  return run("answers", "readwrite", (store) => {
    const request = store.getAll();
    request.onsuccess = () => {
      for (const answer of request.result) if (answer.learner === from) store.put({ ...answer, learner: to });
    };
    return request;
  });
}

/** Return this learner's answers: whoever else uses the browser neither sees nor sends them. */
export async function mine() {
  const learner = await learnerNow();
  return (await answers.all()).filter((answer) => (answer.learner ?? learner) === learner);
}

/** Return this learner's answers that are still to be sent: what the server refused waits for them instead. */
export async function waiting() {
  return (await mine()).filter((answer) => !answer.refused);
}

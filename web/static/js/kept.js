// What this tablet keeps until it is no longer needed, in IndexedDB: a reload, a flat battery or a dead network costs
// nothing. A tablet that may not store (private mode) holds it in memory.

const NAME = "folkmoot";
const STORE = "ballots";
const inMemory = new Map();

/** One request to IndexedDB as a promise that is kept when the transaction is on disk. */
function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "id" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      transaction.onabort = transaction.onerror = () => {
        database.close();
        reject(transaction.error);
      };
    };
  });
}

/** Keep a thing under its `id`; what was there before is gone. */
export async function keep(thing) {
  try {
    await inStore("readwrite", (store) => store.put(thing));
    inMemory.delete(thing.id);
  } catch {
    inMemory.set(thing.id, thing);
  }
  return thing;
}

/** The thing under this id, or undefined. */
export async function keptUnder(id) {
  try {
    return (await inStore("readonly", (store) => store.get(id))) ?? inMemory.get(id);
  } catch {
    return inMemory.get(id);
  }
}

/** Everything that is kept. */
export async function allKept() {
  try {
    return [...(await inStore("readonly", (store) => store.getAll())), ...inMemory.values()];
  } catch {
    return [...inMemory.values()];
  }
}

export async function forget(id) {
  inMemory.delete(id);
  try {
    await inStore("readwrite", (store) => store.delete(id));
  } catch {
    // nothing was stored
  }
}

// Nothing of whoever used this tablet stays in its browser: no ballot, no key, no tracker, no draft, no text.

/** Wipe all that pages of this server can keep in a browser. */
export async function wipe() {
  for (const kept of [() => localStorage, () => sessionStorage]) {
    try {
      kept().clear();
    } catch {
      // a browser that keeps nothing has nothing to wipe
    }
  }
  await gone("folkmoot");
  for (const name of (await globalThis.caches?.keys?.().catch(() => [])) ?? []) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations().catch(() => [])) ?? []) await worker.unregister();
}

/** Empty the store, then take the database away; a page that still holds it open cannot keep anything in it. */
function gone(name) {
  return new Promise((done) => {
    const opening = indexedDB.open(name);
    opening.onerror = done;
    opening.onsuccess = () => {
      const database = opening.result;
      const stores = [...database.objectStoreNames];
      const drop = () => {
        database.close();
        const dropping = indexedDB.deleteDatabase(name);
        dropping.onsuccess = dropping.onerror = dropping.onblocked = done;
      };
      if (stores.length === 0) {
        drop();
        return;
      }
      const emptying = database.transaction(stores, "readwrite");
      for (const store of stores) emptying.objectStore(store).clear();
      emptying.oncomplete = emptying.onabort = drop;
    };
  });
}

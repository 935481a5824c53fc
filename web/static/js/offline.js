// A tablet of one's own keeps its last page for a reload without a network (worker.js): no vote, no answer of one's own, and
// nothing after signing out. Browsers do that over HTTPS and on the machine itself; elsewhere all is as if this were not here.

const PAGE = "folkmoot-page";
const EACH = 20; // milliseconds that the server works on one page: the tablets of a hall take turns by chance
const workers = navigator.serviceWorker;

/** Keep this page and its files. `present`: how many are in the hall. */
export function keepPages(present) {
  if (!workers || document.querySelector("[data-kiosk]")) return;
  setTimeout(begin, EACH * present * Math.random());
}

async function begin() {
  try {
    await workers.register("/worker.js", { scope: "/m" });
    await workers.ready;
    if (!workers.controller) await new Promise((here) => workers.addEventListener("controllerchange", here, { once: true }));
    // what was loaded before the worker was there goes through its hands now: the files, and the page
    const loaded = performance.getEntriesByType("resource").map((one) => one.name);
    for (const one of loaded) if (one.startsWith(`${location.origin}/static/`)) await fetch(one);
    if (!(await keptPage())) await fetch("/m");
  } catch {
    // a browser that allows no worker, or keeps nothing
  }
}

const keptPage = () => caches.match("/m", { cacheName: PAGE });

/** What the server has drawn last, and whose it is. */
export async function keepPicture(text, owner) {
  try {
    if (!owner || !(await keptPage())) return;
    const headers = { "Folkmoot-Keep": owner };
    await (await caches.open(PAGE)).put("/m/picture", new Response(text.replace(/<!--own-->[^]*?<!--\/own-->/g, ""), { headers }));
  } catch {
    // as above
  }
}

/** Whoever is signed out leaves no page behind. */
export async function dropPages() {
  try {
    await caches.delete(PAGE);
  } catch {
    // as above
  }
}

// The last page of this member, for a reload without a network. It stands at /worker.js and serves the pages under /m.
//
// The network comes first, always: what is kept here is shown only when no answer comes, and it says so (data-kept; see
// offline.js). The server says which page may be kept, and whose it is: none of a shared tablet has that header. What
// stands between <!--own--> and <!--/own-->, answers that nobody else is to see, is cut out before anything is kept. A
// page that is refused (signed out, left, erased, another owner) takes the kept one with it. Files are kept by the hash
// in their address, those of the present edition alone.

const PAGE = "folkmoot-page";
const FILES = "folkmoot-files";
const HOME = "/m";
const PICTURE = "/m/picture";
const OWNER = "Folkmoot-Keep";
const SINCE = "Kept-At";
const PATIENCE = 8000;
const A_DAY = 64800000; // milliseconds: as long as a join opens anything
const NOBODY_THERE = [502, 503, 504]; // a proxy answers for a server that is away

self.addEventListener("install", (event) => {
  // what is said often never waits for this worker to wake
  event.addRoutes?.(["/api/*", PICTURE, "/socket.io/*"].map((urlPattern) => ({ condition: { urlPattern }, source: "network" })));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" || pathname === HOME) event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

const inPage = (address) => caches.match(address, { cacheName: PAGE });

async function page(event, path) {
  const asked = fetch(event.request);
  const patience = new Promise((over) => setTimeout(over, PATIENCE));
  const soon = await Promise.race([asked, patience]).catch(() => null);
  if (!soon || (path === HOME && NOBODY_THERE.includes(soon.status))) {
    const instead = await (path === HOME ? kept() : away()).catch(() => null);
    if (instead) return instead;
  }
  const answer = await asked; // nothing is kept: then late is better than not at all
  if (path === HOME) event.waitUntil(keep(answer.clone()));
  return answer;
}

/** Another page of this member cannot be had: back to the one that is kept, if there is one. */
async function away() {
  return (await inPage(HOME)) && Response.redirect(HOME);
}

async function keep(answer) {
  if (answer.status >= 500) return;
  const mine = answer.ok && !answer.redirected && answer.headers.has(OWNER);
  await caches.delete(PAGE);
  if (!mine) return;
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set(SINCE, Date.now());
  const text = (await answer.text()).replace(/<!--own-->[^]*?<!--\/own-->/g, "");
  await (await caches.open(PAGE)).put(HOME, new Response(text, { headers }));
  const edition = text.match(/\/static\/\w+\//)[0];
  const files = await caches.open(FILES);
  for (const one of await files.keys()) if (!one.url.includes(edition)) await files.delete(one);
}

/** The kept page, with the picture that was drawn last, and the sign that it is old; nothing when there is none. */
async function kept() {
  const [whole, picture] = await Promise.all([HOME, PICTURE].map(inPage));
  if (!whole || Math.abs(Date.now() - whole.headers.get(SINCE)) > A_DAY) {
    await caches.delete(PAGE);
    return undefined;
  }
  let text = await whole.text();
  if (picture?.headers.get(OWNER) === whole.headers.get(OWNER)) {
    const drawn = await picture.text();
    text = text.replace(/<!--picture-->[^]*<!--\/picture-->/, () => `<!--picture-->${drawn}<!--/picture-->`);
  }
  text = text.replace("<html ", "<html data-kept ").replace(/ data-now="[^"]*"/, "").replace(/ data-seq="\d+"/, ' data-seq="-1"');
  return new Response(text, { headers: whole.headers });
}

/** A file of the pages: its address has the hash of what is in it, where the server says that it never changes. */
async function file(request) {
  const files = await caches.open(FILES).catch(() => null); // none where a browser keeps nothing
  const found = await files?.match(request);
  if (found) return found;
  const answer = await fetch(request);
  const lasts = files && answer.ok && answer.headers.get("Cache-Control")?.includes("immutable");
  if (lasts) await files.put(request, answer.clone()).catch(() => {}); // a full tablet shows its pages as well
  return answer;
}

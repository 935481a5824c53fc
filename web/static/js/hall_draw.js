// The public draw in the hall: the picture changes by itself; once the ticket is known, names appear one after another
// and the table of quotas fills with them. All screens show the same name at the same moment, since they count from the
// moment of the reveal; who prefers less motion, or comes later, sees all at once.

import { Connection, drawer } from "./connection.js";
import { keepWall } from "./wall.js";

const place = document.getElementById("picture");
const FIRST = 4000;
const EACH = 900;
const LONGEST = 75000;
const PAGES = [48, 42, 36, 30, 24, 18, 12, 8];
const PAGE_FOR = 10000;
const QUOTAS_FOR = 6000;
const SMALLEST = 8;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const connection = new Connection({
  audience: "draw",
  token: place.dataset.token,
  picture: place,
  from: place.dataset.from,
  onScreen: (screen) => {
    if (screen.seq !== Number(place.querySelector("[data-screen]")?.dataset.seq)) redraw();
  },
});

const redraw = drawer(connection, (drawn) => {
  place.replaceChildren(drawn);
  show();
});

/** The quotas, as many features at a time as there is room for, one page after another. */
let quotaPages = [[]];
function bindQuotas() {
  const panel = place.querySelector(".fm-drawn__quotas");
  if (!panel) return;
  const groups = [...panel.querySelectorAll("[data-feature]")];
  for (const group of groups) group.hidden = true;
  quotaPages = [[]];
  for (const group of groups) {
    group.hidden = false;
    if (panel.scrollHeight > panel.clientHeight && quotaPages.at(-1).length > 0) {
      for (const shown of quotaPages.at(-1)) shown.hidden = true;
      quotaPages.push([]);
    }
    quotaPages.at(-1).push(group);
  }
  turnQuotas();
}

function turnQuotas() {
  const page = Math.floor(connection.clock.now() / QUOTAS_FOR) % quotaPages.length;
  for (const [number, groups] of quotaPages.entries()) for (const group of groups) group.hidden = number !== page;
}
setInterval(turnQuotas, 500);

let telling = null;
let onAPage = PAGES[0];
function show() {
  clearTimeout(telling);
  const names = [...place.querySelectorAll("[data-names] > li")];
  if (names.length > 0) tell(names);
  fit();
}

/** Show the names that are due, the newest last, and count them; then look again when the next one is due. */
function tell(names) {
  clearTimeout(telling);
  const since = connection.clock.now() - Date.parse(place.querySelector("[data-screen]").dataset.revealedAt);
  const each = Math.min(EACH, LONGEST / names.length);
  const due = still ? names.length : Math.max(0, Math.min(names.length, Math.floor((since - FIRST) / each) + 1));
  const done = due === names.length;
  place.querySelector(".fm-drawn").toggleAttribute("data-early", due === 0);
  const pages = Math.ceil(names.length / onAPage);
  const page = done ? Math.floor(Math.max(0, since - FIRST - each * names.length) / PAGE_FOR) % pages : Math.floor(Math.max(0, due - 1) / onAPage);
  for (const [number, name] of names.entries()) {
    const seen = number < due && Math.floor(number / onAPage) === page;
    if (name.hidden === seen) name.hidden = !seen;
  }
  count(names.slice(0, due));
  const words = place.querySelector("[data-page]");
  words.hidden = pages === 1;
  words.textContent = `Members ${page * onAPage + 1} to ${Math.min(names.length, (page + 1) * onAPage)} of ${names.length}`;
  if (!done) telling = setTimeout(() => tell(names), Math.max(50, FIRST + each * due - since));
  else if (pages > 1) telling = setTimeout(() => tell(names), 1000);
}

function count(shown) {
  const held = new Map();
  for (const name of shown) {
    for (const quota of name.dataset.quotas.split(" ").filter(Boolean)) held.set(quota, (held.get(quota) ?? 0) + 1);
  }
  for (const cell of place.querySelectorAll("[data-count]")) cell.textContent = String(held.get(cell.dataset.count) ?? 0);
  place.querySelector("[data-so-far]").textContent = String(shown.length);
}

const overflows = () => document.documentElement.scrollHeight > window.innerHeight;

/** As many names on a page as there is room for in full letters; only where not even a few fit, smaller letters. */
function fit() {
  const picture = place.querySelector("[data-screen]");
  const names = [...picture.querySelectorAll("[data-names] > li")];
  if (names.length > 0) fitNames(picture, names);
  else shrink(picture);
  bindQuotas();
}

function fitNames(picture, names) {
  const hidden = names.map((name) => name.hidden);
  picture.querySelector(".fm-drawn").toggleAttribute("data-early", false);
  picture.dataset.fit = 0;
  for (onAPage of PAGES) {
    for (const [number, name] of names.entries()) name.hidden = number >= onAPage;
    picture.querySelector("[data-page]").hidden = names.length <= onAPage;
    if (!overflows()) break;
  }
  if (overflows()) shrink(picture);
  for (const [number, name] of names.entries()) name.hidden = hidden[number];
  tell(names);
}

function shrink(picture) {
  for (let step = 0; step <= SMALLEST; step += 1) {
    picture.dataset.fit = step;
    if (!overflows()) return;
  }
}

show();
window.addEventListener("resize", fit);
document.fonts?.ready.then(fit);

keepWall(connection);

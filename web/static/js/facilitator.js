// The console and the scrutineer’s and observer’s pages, live. Each region is replaced by itself; one that holds a form somebody is filling in is left alone.

import { Connection, clockText, drawer, keepTimers, sayer, showTurnout } from "./connection.js";
import { showLocalTimes } from "./page.js";
import { keepForecast } from "./plan.js";

const place = document.getElementById("picture");
const say = sayer();
const touched = new WeakSet(place.querySelectorAll("[data-region][data-kept]")); // a form that came back keeps its values

place.addEventListener("input", (event) => {
  const region = event.target.closest("[data-region]");
  if (region) touched.add(region);
});
place.addEventListener("submit", (event) => {
  const region = event.target.closest("[data-region]");
  if (region) touched.delete(region);
});

const connection = new Connection({
  audience: place.dataset.audience,
  session: place.dataset.session,
  picture: place,
  onScreen: (screen) => {
    showTurnout(screen.turnout);
    redraw();
  },
});
const tick = keepTimers(connection.clock, say);
const tickPlan = keepForecast(connection.clock);

const redraw = drawer(connection, renew);

// who needs help changes by the clock, too, and by tablets that fall asleep
const LOOK_AGAIN = 10000;
setInterval(() => {
  if (place.querySelector('[data-region="help"]') && document.visibilityState === "visible") redraw();
}, LOOK_AGAIN);

/** Is somebody typing, choosing or reading inside this region? */
function inUse(region) {
  if (touched.has(region)) return true;
  const active = document.activeElement;
  return region.contains(active) && active.matches("input:not([type=hidden]), textarea, select");
}

function renew(drawn) {
  const shown = place.querySelector("[data-screen]");
  const parents = new Map();
  for (const region of shown.querySelectorAll("[data-region]")) parents.set(region.dataset.region, region);
  const names = [...drawn.querySelectorAll("[data-region]")].map((region) => region.dataset.region);
  const same = names.length === parents.size && names.every((name) => parents.has(name));
  if (!same && ![...parents.values()].some(inUse)) {
    keepFocus(() => place.replaceChildren(drawn));
  } else {
    for (const fresh of drawn.querySelectorAll("[data-region]")) {
      const old = parents.get(fresh.dataset.region);
      if (old && !inUse(old) && old.innerHTML !== fresh.innerHTML) keepFocus(() => swap(old, fresh));
    }
    for (const [name, old] of parents) if (!names.includes(name) && !inUse(old)) old.replaceChildren();
    shown.dataset.seq = drawn.dataset.seq;
    shown.dataset.turnoutSeq = drawn.dataset.turnoutSeq;
  }
  showLocalTimes(place);
  showUndo();
  tick();
  tickPlan();
}

/** Opened details stay open. */
function swap(old, fresh) {
  const open = [...old.querySelectorAll("details")].map((details) => details.open);
  old.replaceChildren(...fresh.childNodes);
  [...old.querySelectorAll("details")].forEach((details, place) => {
    if (open[place]) details.open = true;
  });
}

/** Whoever stood on a button stands on the same button afterwards. */
function keepFocus(change) {
  const id = document.activeElement?.id;
  change();
  if (id && document.activeElement?.id !== id) document.getElementById(id)?.focus({ preventScroll: true });
}

/** Undo goes when its ten seconds are over. */
function showUndo() {
  const bar = place.querySelector("[data-until]");
  if (!bar) return;
  const left = Math.ceil((Date.parse(bar.dataset.until) - connection.clock.now()) / 1000);
  bar.hidden = left <= 0;
  const button = bar.querySelector("button");
  if (button) button.textContent = `Undo (${clockText(Math.max(0, left)).replace("0:0", "").replace("0:", "")})`;
}
setInterval(showUndo, 250);
showUndo();

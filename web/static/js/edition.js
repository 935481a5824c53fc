// After the server was renewed, an open page goes on with the scripts that it has; it is loaded anew by itself only when
// nobody is doing anything on it, and once for each edition of the server's files.

import { changedIn } from "./regions.js";

const LOOK = 2000;
const QUIET = 5000; // milliseconds without a touch or a key
const SPREAD = 20000; // milliseconds over which the devices of a hall come one after the other
const TRIED = "edition tried";
let waiting = false;
let touched = -QUIET;

for (const name of ["pointerdown", "keydown", "input", "scroll"]) {
  document.addEventListener(name, () => (touched = performance.now()), { passive: true, capture: true });
}

/** The server said which edition it serves: take it when that disturbs nobody. `inUse`: what this page alone can tell. */
export function renewWhenIdle(edition, inUse = () => false) {
  if (waiting || tried() === edition) return;
  waiting = true;
  const first = performance.now() + SPREAD * Math.random();
  setInterval(() => {
    if (performance.now() < first || busy() || inUse()) return;
    try {
      sessionStorage.setItem(TRIED, edition);
    } catch {
      return; // a page that cannot remember this might load itself for ever
    }
    location.reload();
  }, LOOK);
}

function tried() {
  try {
    return sessionStorage.getItem(TRIED);
  } catch {
    return null;
  }
}

/** Is anything filled in, chosen, opened, on its way or under somebody's hand? */
function busy() {
  if (performance.now() - touched < QUIET || !navigator.onLine) return true;
  if (document.querySelector('dialog[open], [data-step="check"]:not([hidden]), [data-step="sending"]:not([hidden]), [data-connection]:not([data-state="live"])')) return true;
  return isTyping() || changedIn(document).length > 0;
}

function isTyping() {
  const field = document.activeElement;
  return field?.matches("input, textarea, select") && !["radio", "checkbox", "submit"].includes(field.type);
}

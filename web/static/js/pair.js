// A tablet that shows its letters: it asks how it stands, and goes on by itself when a helper has said whose it is.

import { dropPages } from "./offline.js";

const EVERY = 2000;
const shown = document.querySelector("[data-pair]")?.dataset.pair;

async function look() {
  try {
    const answer = await fetch("/pair/state", { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(5000) });
    const told = await answer.json();
    if (answer.ok && told.state !== shown) {
      location.reload();
      return;
    }
  } catch {
    // no connection: asked again
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
document.addEventListener("submit", (event) => {
  if (event.target.matches('form[action="/pair/take"]')) dropPages(); // of whoever had this tablet before
});

// A tablet that members use one after another. After three quarters of a minute without a touch it asks, after a minute it
// ends the turn; “I am finished” ends it at once. First whatever was sent must have arrived; then everything that the
// browser keeps is wiped, and the server forgets the tablet's token.

import { ask } from "./asking.js";
import { allKept, forget } from "./kept.js";
import { wipe } from "./wipe.js";
import { _n } from "./words.js";

const ASK_AFTER = 45_000;
const END_AFTER = 60_000;
const LOOK = 500;
const ALIVE_EVERY = 20_000;
const LONGEST_WAIT = 5000;
const question = document.querySelector("[data-kiosk-ask]");
const form = document.querySelector("[data-kiosk-finish]");
const away = document.querySelector("[data-kiosk-away]")?.dataset.kioskAway;
let touched = Date.now();
let ending = false;

for (const name of ["pointerdown", "keydown", "input", "wheel", "touchmove", "scroll"]) {
  document.addEventListener(name, () => question?.open || (touched = Date.now()), { passive: true, capture: true });
}
// what was typed is offered to nobody afterwards
document.addEventListener("focusin", (event) => event.target.matches?.("input, textarea") && (event.target.autocomplete = "off"));
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
question?.querySelector("[data-kiosk-stay]").addEventListener("click", stay);
question?.addEventListener("cancel", stay);
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  end();
});
setInterval(look, LOOK);
if (form) setInterval(alive, ALIVE_EVERY);

/** Tell the server that somebody is there: a page that is gone says nothing, and then the turn is over, too. */
function alive() {
  if (!ending) fetch("/kiosk/alive", { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => {});
}

function look() {
  const quiet = Date.now() - touched;
  if (ending || quiet < ASK_AFTER) return;
  if (!form) {
    if (quiet >= END_AFTER && away) location.replace(away);
    return;
  }
  if (quiet >= END_AFTER) {
    end();
    return;
  }
  if (!question.open) question.showModal();
  const left = Math.ceil((END_AFTER - quiet) / 1000);
  question.querySelector("[data-kiosk-left]").textContent = _n("{n} second left.", "{n} seconds left.", left);
}

function stay() {
  touched = Date.now();
  if (question.open) question.close();
}

/** The turn is over: cover the page, let what was sent arrive, wipe, and sign out. */
async function end() {
  if (ending) return;
  ending = true;
  if (question.open) question.close();
  document.querySelector("[data-kiosk-cover]").hidden = false;
  document.body.classList.add("fm-covered");
  document.title = "Folkmoot";
  document.dispatchEvent(new CustomEvent("fm-leaving")); // what was typed a moment ago is kept at the server
  for (let wait = LOOK; await something(); wait = Math.min(LONGEST_WAIT, 2 * wait)) {
    window.dispatchEvent(new Event("online")); // whoever waits to send again does so now
    await new Promise((on) => setTimeout(on, wait));
  }
  await wipe();
  form.submit();
}

/** Is something still on its way to the server? What is half written is brought there. */
async function something() {
  await new Promise((on) => setTimeout(on, 50));
  let waiting = false;
  const csrf = document.querySelector('meta[name="csrf-token"]').content;
  for (const thing of await allKept()) {
    if (thing.kind === "writing" && !thing.saved) {
      const answer = await ask("/writing", { body: { name: thing.name, fields: thing.fields }, csrf });
      if (answer.ok || answer.final) await forget(thing.id);
      else waiting = true;
    }
    if (["ballot", "contribution", "tap", "evaluation"].includes(thing.kind ?? "ballot")) waiting = true;
  }
  return waiting;
}

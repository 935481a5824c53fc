// Buttons that people tap while they listen: sent without leaving the page, kept on this tablet until there is an answer,
// through a reload and a flat battery, and sent one after the other. Each tap names what it is about, so that one which
// arrives twice is one. Without this script they are plain forms.

import { ask } from "../asking.js";
import { allKept, forget, keep } from "../kept.js";
import { nap } from "../wake.js";
import { _ } from "../words.js";

const AGAIN = 2000;
const TOO_OLD = 3600000; // milliseconds: nobody wants an answer to a call of an hour ago
const KIND = "tap";
const waiting = new Map(); // by their ids, in the order in which they were tapped
let sending = false;

export function setUp(part) {
  part.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-tap]");
    if (!form) return;
    event.preventDefault();
    put(form, part);
  });
  resume(part);
}

/** The page's own picture: whose it is, and where the answer is told. */
const pictureOf = (part) => part.closest("#picture");

function whose(part) {
  const { member, session } = pictureOf(part).dataset;
  return member ?? `host ${session}`;
}

async function put(form, part) {
  const action = form.getAttribute("action");
  const body = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
  const who = whose(part);
  const tap = { id: `${KIND} ${who} ${action} ${JSON.stringify(body)}`, kind: KIND, who, action, body, at: Date.now() };
  const { saidSent, saidOffline } = form.dataset;
  if (waiting.has(tap.id)) return; // pressed twice, it is still one
  waiting.set(tap.id, { ...tap, saidSent, saidOffline });
  await keep({ ...tap, saidSent, saidOffline });
  sendAll(pictureOf(part));
}

/** After a reload: what was not answered yet. */
async function resume(part) {
  const who = whose(part);
  const kept = (await allKept()).filter((thing) => thing.kind === KIND && thing.who === who && !waiting.has(thing.id));
  for (const tap of kept.sort((a, b) => a.at - b.at)) {
    if (Math.abs(Date.now() - tap.at) > TOO_OLD) forget(tap.id);
    else waiting.set(tap.id, tap);
  }
  sendAll(pictureOf(part));
}

async function sendAll(picture) {
  if (sending) return;
  sending = true;
  for (let tap = first(); tap; tap = first()) {
    const csrf = document.querySelector('meta[name="csrf-token"]').content;
    const answer = await ask(tap.action, { body: tap.body, csrf });
    if (answer.ok || answer.final) {
      await forget(tap.id);
      waiting.delete(tap.id);
      tell(picture, tap, (answer.ok && tap.saidSent) || "");
      picture.dispatchEvent(new CustomEvent("fm-tapped", { detail: { words: answer.ok ? "" : answer.words } }));
    } else {
      tell(picture, tap, tap.saidOffline ?? _("No connection. We go on trying."));
      await nap(AGAIN);
    }
  }
  sending = false;
}

const first = () => waiting.values().next().value;

/** Beside the button, or where the picture has been drawn anew since, beside the first like it. */
function tell(picture, { action }, words) {
  const form = picture.querySelector(`form[data-tap][action="${CSS.escape(action)}"]`);
  const line = (form ?? picture).closest("[data-module]")?.querySelector("[data-said]") ?? picture.querySelector('[data-module="taps"] [data-said]');
  if (line && line.textContent !== words) line.textContent = words;
}

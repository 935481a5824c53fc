// What is half filled in, kept on this tablet until it is sent: a reload, a wrong tap or an empty battery costs nothing.
// It lies in the memory of this tab, and for a tablet that is switched off in its store, under the member and the round;
// another member or round wipes it, and so does the end of the round.

import { allKept, forget as forgetKept, keep as keepThing, keptUnder } from "../kept.js";
import { changedIn } from "../regions.js";

const PREFIX = "ballot ";
const KIND = "draft";
const memberOf = (ballot) => ballot.closest("[data-member]")?.dataset.member;
const nameOf = (ballot) => `${PREFIX}${memberOf(ballot)} ${ballot.dataset.round}`;
const isOurs = (name) => name === "choice" || name === "reason" || name.startsWith("rank:") || name.startsWith("mark:");

/** Keep what is filled in now. A tablet that may not store keeps it on the page alone. */
export function keep(ballot, fields) {
  const filled = [...new FormData(fields)].filter(([name, value]) => isOurs(name) && value !== "");
  keepThing({ id: `${KIND} ${nameOf(ballot)}`, kind: KIND, member: memberOf(ballot), round: ballot.dataset.round, filled });
  try {
    sessionStorage.setItem(nameOf(ballot), JSON.stringify(filled));
  } catch {
    // private mode, or full
  }
}

/** After a tablet was switched off: bring its draft back into the memory of this tab. Drafts of others go. */
export async function bringBack(ballot) {
  const mine = `${KIND} ${nameOf(ballot)}`;
  try {
    if (sessionStorage.getItem(nameOf(ballot)) !== null) return; // it never was switched off
    const draft = await keptUnder(mine);
    if (draft) sessionStorage.setItem(nameOf(ballot), JSON.stringify(draft.filled));
  } catch {
    // nothing was kept
  }
  forgetDrafts((draft) => draft.id !== mine);
}

/** Put back what was kept of this ballot; drafts of others go. True when anything is filled in, if need be just now. */
export function restore(ballot, fields) {
  const chosen = new Set(changedIn(fields).map((field) => field.name));
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(nameOf(ballot)));
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX) && name !== nameOf(ballot)) sessionStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
  for (const field of kept?.length ? fields.elements : []) {
    if (!isOurs(field.name) || chosen.has(field.name)) continue;
    const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.length ? values.includes(field.value) : field.value === "";
    else field.value = values[0] ?? "";
  }
  if (chosen.size) keep(ballot, fields);
  return Boolean(kept?.length) || chosen.size > 0;
}

/** The ballot is sent: nothing of it stays here. */
export function forget(ballot) {
  forgetKept(`${KIND} ${nameOf(ballot)}`);
  try {
    sessionStorage.removeItem(nameOf(ballot));
  } catch {
    // nothing was kept
  }
}

/** Forget the drafts of which this is true. */
export async function forgetDrafts(which) {
  for (const thing of await allKept()) if (thing.kind === KIND && which(thing)) await forgetKept(thing.id);
}

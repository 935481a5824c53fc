// Choosing: the form of a ballot, of whatever kind, from what is filled in to the choice that can be sent and to its words.
//
// The fields of the plain form are the only truth: scripts add buttons, handles and running totals that write into them.
// What is half filled in survives a reload, on this tablet alone, and is forgotten when it is sent.

import { keep, restore } from "./ballots/draft.js";
import { enhanceRanking } from "./ballots/ranking.js";
import { payloadOf } from "./ballots/payload.js";
import { enhanceTicks, enhanceMarks } from "./ballots/tally.js";
import { said } from "./ballots/words.js";

export { bringBack, forget } from "./ballots/draft.js";

const EXTRAS = {
  several: enhanceTicks,
  basket: enhanceTicks,
  ranking: enhanceRanking,
  marks: enhanceMarks,
  points: spread,
  squares: spread,
};

async function spread(...ballot) {
  try {
    (await import("./ballots/spread.js")).enhanceSpread(...ballot);
  } catch {
    // not to be had: numbers are typed
  }
}

const formOf = (ballot) => JSON.parse(ballot.dataset.form);
const fieldsOf = (ballot) => ballot.querySelector("[data-ballot-form]");

/** Make the plain form easier to fill in; true when it is half filled in already. */
export function prepare(ballot, say) {
  const form = formOf(ballot);
  const fields = fieldsOf(ballot);
  const filled = restore(ballot, fields);
  EXTRAS[form.kind]?.(fields, form, say);
  fields.addEventListener("input", () => keep(ballot, fields));
  return filled;
}

/** The choice as the server takes it, or what is wrong with it and the field to mend. */
export function choiceIn(ballot) {
  return payloadOf(formOf(ballot), fieldsOf(ballot));
}

/** The choice in words, to be read once more. */
export function tellChoice(ballot, payload, card) {
  const { lines, notes, ordered } = said(formOf(ballot), payload);
  const parts = [];
  if (lines.length === 1 && !ordered) {
    parts.push(paragraph("fm-checkcard__choice", lines[0]));
  } else {
    const list = document.createElement(ordered ? "ol" : "ul");
    for (const line of lines) {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = line;
      list.append(item);
    }
    parts.push(list);
  }
  card.replaceChildren(...parts, ...notes.map((note) => paragraph("fm-checkcard__note", note)));
}

function paragraph(className, words) {
  const made = document.createElement("p");
  made.className = className;
  made.dir = "auto";
  made.textContent = words;
  return made;
}

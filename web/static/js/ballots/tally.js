// The line that counts along with a list of ticks, scores or ranks: how many there are, and what the bids cost together.

import { numbers } from "./payload.js";
import { costOf, counted } from "./words.js";

/** Show these words above the list. */
export function tally(fields, words, full = false) {
  const line = fields.querySelector("[data-tally]");
  if (!line) return;
  line.hidden = words === "";
  line.dataset.full = full ? "yes" : "no";
  if (line.textContent !== words) line.textContent = words;
}

/** What chosen bids cost beside what there is. */
export function sumWords(form, bids) {
  if (!form.money) return "";
  const { words, tooMuch } = costOf(form, bids);
  const more = tooMuch ? ": more than there is, so not all can be funded" : "";
  return `together ${words} of ${form.money.budget.words}${more}`;
}

/** Ticks: how many of how many, and what the ticked bids cost. */
export function enhanceTicks(fields, form, say) {
  const show = (speak) => {
    const ticked = new FormData(fields).getAll("choice");
    const limit = form.most === null ? "" : ` of at most ${form.most}`;
    const words = form.money
      ? `${counted(ticked.length, "bid")}${limit}, ${sumWords(form, ticked)}.`
      : form.most === null
        ? ""
        : ticked.length > form.most
          ? `${ticked.length} ticked: ${ticked.length - form.most} too many.`
          : `${ticked.length} of ${form.most} ticked, ${form.most - ticked.length} left.`;
    tally(fields, words, form.most !== null && ticked.length > form.most);
    if (speak && words) say(words);
  };
  fields.addEventListener("change", () => show(true));
  show(false);
}

/** Scores of bids: what those cost that have any. */
export function enhanceMarks(fields, form) {
  if (!form.money) return;
  const show = () => {
    const scored = Object.entries(numbers(fields, "mark:")).filter(([, mark]) => mark > 0);
    const bids = scored.map(([bid]) => bid);
    tally(fields, `${counted(bids.length, "bid")} with a score above 0, ${sumWords(form, bids)}.`);
  };
  fields.addEventListener("input", show);
  show();
}

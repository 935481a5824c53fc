// The line that counts along with a list of ticks, scores or ranks: how many there are, and what the bids cost together.

import { _ } from "../words.js";
import { numbers } from "./payload.js";
import { bids as counted, costOf } from "./words.js";

/** Show these words above the list. */
export function tally(fields, words, full = false) {
  const line = fields.querySelector("[data-tally]");
  if (!line) return;
  line.hidden = words === "";
  line.dataset.full = full ? "yes" : "no";
  if (line.textContent !== words) line.textContent = words;
}

/** What chosen bids cost beside what there is, in a sentence. */
export function sumWords(form, bids) {
  if (!form.money) return "";
  const { words, tooMuch } = costOf(form, bids);
  const costs = { sum: words, budget: form.money.budget.words };
  if (tooMuch) return _("Together {sum} of {budget}: more than there is, so not all can be funded.", costs);
  return _("Together {sum} of {budget}.", costs);
}

/** Ticks: how many of how many, and what the ticked bids cost. */
export function enhanceTicks(fields, form, say) {
  const show = (speak) => {
    const ticked = new FormData(fields).getAll("choice");
    const n = ticked.length;
    const most = form.most;
    const bids = most === null ? _("{bids}.", { bids: counted(n) }) : _("{bids} of at most {most}.", { bids: counted(n), most });
    const ticks =
      n > most ? _("{n} ticked: {m} too many.", { n, m: n - most }) : _("{n} of {most} ticked, {m} left.", { n, most, m: most - n });
    const words = form.money ? `${bids} ${sumWords(form, ticked)}` : most === null ? "" : ticks;
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
    tally(fields, `${_("{bids} with a score above 0.", { bids: counted(bids.length) })} ${sumWords(form, bids)}`);
  };
  fields.addEventListener("input", show);
  show();
}

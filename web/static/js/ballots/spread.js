// Dots, or votes that cost the square of their number: plus and minus beside each option, and what is left.

import { _ } from "../words.js";
import { numbers, sum } from "./payload.js";
import { tally } from "./tally.js";
import { called, credits, dots, votes } from "./words.js";

/** Show the buttons and keep the totals true; the number may be typed as well. */
export function enhanceSpread(fields, form, say) {
  const squares = form.kind === "squares";
  const [things, units] = squares ? [votes, credits] : [dots, dots];
  const price = (number) => (squares ? number * number : number);
  const rows = [...fields.querySelectorAll("[data-row]:has(input)")].map((row) => ({
    option: row.dataset.row,
    input: row.querySelector("input"),
    less: row.querySelector("[data-less]"),
    more: row.querySelector("[data-more]"),
    cost: row.querySelector("[data-cost]"),
  }));
  const given = () => numbers(fields, "mark:");
  const left = () => form.points - sum(Object.values(given()).map(price));
  const number = (row) => given()[row.option] ?? 0;
  const step = (row) => price(number(row) + 1) - price(number(row));
  const whyNot = (row) =>
    number(row) >= form.cap
      ? _("At most {what} on one option.", { what: things(form.cap) })
      : _("Not enough left: {what}.", { what: units(Math.max(left(), 0)) });

  function show() {
    const rest = left();
    for (const row of rows) {
      row.less.setAttribute("aria-disabled", number(row) === 0);
      row.more.setAttribute("aria-disabled", number(row) >= form.cap || step(row) > rest);
      row.input.closest("[data-row]").dataset.given = number(row) ? "yes" : "no";
      if (squares) row.cost.textContent = number(row) ? _("costs {credits}, one more {n}", { credits: credits(price(number(row))), n: step(row) }) : "";
    }
    const over = rest < 0 ? _("{what} too many.", { what: units(-rest) }) : _("{n} of {what} left.", { n: rest, what: units(form.points) });
    tally(fields, over, rest < 0);
  }

  function change(row, by) {
    const button = by > 0 ? row.more : row.less;
    if (button.getAttribute("aria-disabled") === "true") {
      const option = called(form, row.option);
      say(by > 0 ? whyNot(row) : squares ? _("No votes on {option}.", { option }) : _("No dots on {option}.", { option }));
      return;
    }
    const now = number(row) + by;
    row.input.value = now === 0 ? "" : String(now);
    row.input.dispatchEvent(new Event("input", { bubbles: true }));
    const put = { what: things(now), option: called(form, row.option), credits: squares ? credits(price(now)) : "" };
    const words = squares && now ? _("{what} on {option}, for {credits}.", put) : _("{what} on {option}.", put);
    say(`${words} ${_("{what} left.", { what: units(left()) })}`);
  }

  for (const row of rows) {
    row.less.hidden = row.more.hidden = false;
    row.less.addEventListener("click", () => change(row, -1));
    row.more.addEventListener("click", () => change(row, +1));
    row.input.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      change(row, by);
    });
  }
  fields.addEventListener("input", show);
  show();
}

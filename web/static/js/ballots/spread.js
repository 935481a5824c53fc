// Dots, or votes that cost the square of their number: plus and minus beside each option, and what is left.

import { numbers, sum } from "./payload.js";
import { tally } from "./tally.js";
import { capital, counted } from "./words.js";

/** Show the buttons and keep the totals true; the number may be typed as well. */
export function enhanceSpread(fields, form, say) {
  const squares = form.kind === "squares";
  const [thing, unit] = squares ? ["vote", "credit"] : ["dot", "dot"];
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
    number(row) >= form.cap ? `At most ${counted(form.cap, thing)} on one option.` : `Not enough left: ${counted(Math.max(left(), 0), unit)}.`;

  function show() {
    const rest = left();
    for (const row of rows) {
      row.less.setAttribute("aria-disabled", number(row) === 0);
      row.more.setAttribute("aria-disabled", number(row) >= form.cap || step(row) > rest);
      row.input.closest("[data-row]").dataset.given = number(row) ? "yes" : "no";
      if (squares) row.cost.textContent = number(row) ? `costs ${counted(price(number(row)), "credit")}, one more ${step(row)}` : "";
    }
    const over = rest < 0 ? `${counted(-rest, unit)} too many.` : `${rest} of ${counted(form.points, unit)} left.`;
    tally(fields, over, rest < 0);
  }

  function change(row, by) {
    const button = by > 0 ? row.more : row.less;
    if (button.getAttribute("aria-disabled") === "true") {
      say(by > 0 ? whyNot(row) : `No ${thing}s on ${capital(row.option)}.`);
      return;
    }
    const now = number(row) + by;
    row.input.value = now === 0 ? "" : String(now);
    row.input.dispatchEvent(new Event("input", { bubbles: true }));
    const cost = squares && now ? `, for ${counted(price(now), unit)}` : "";
    say(`${counted(now, thing)} on ${capital(row.option)}${cost}. ${counted(left(), unit)} left.`);
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

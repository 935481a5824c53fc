// Ranking by buttons or by dragging: “Choose” gives the next place, “Up” and “Down” move, “Take out” frees, and where the
// rule allows it “Same place” puts an option level with the one above. Without this module the typed places do the same.
// The places go into hidden fields, as the plain form would send them.

import { _, language } from "../words.js";
import { numbers } from "./payload.js";
import { sumWords, tally } from "./tally.js";
import { called } from "./words.js";

const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/** “2nd choice”; other languages put the bare number into their own words. */
function placeWords(place) {
  const n = language === "en" ? `${place}${ENDINGS[ordinals.select(place)]}` : place;
  return _("{n} choice", { n });
}

/** Put two lists, “in your order” and “not in it”, in place of the typed places. */
export function enhanceRanking(fields, form, say) {
  const root = fields.querySelector("[data-ranking]");
  const rows = [...root.querySelectorAll("[data-row]")];
  const notes = Object.fromEntries(rows.map((row) => [row.dataset.row, row.dataset.note]));
  const closed = rows.filter((row) => !row.querySelector("input")); // the member has a part in these
  const open = form.options.filter((option) => !closed.some((row) => row.dataset.row === option));
  let groups = groupsOf(form, numbers(fields, "rank:"));
  const ranked = part("ol", _("Your order"));
  const rest = part("ul", _("Not in your order"));
  const hidden = document.createElement("div");
  root.replaceChildren(ranked.box, rest.box, ...closed, hidden);

  function draw() {
    const order = groups.flat();
    hidden.replaceChildren(...groups.flatMap((group, place) => group.map((option) => field(option, place + 1))));
    ranked.list.replaceChildren(...groups.flatMap((group, place) => group.map((option) => row(option, place, group))));
    rest.list.replaceChildren(...open.filter((option) => !order.includes(option)).map((option) => row(option, null)));
    ranked.box.hidden = order.length === 0;
    rest.box.hidden = rest.list.childElementCount === 0;
    const n = order.length;
    const count = form.most < form.options.length ? _("{n} of {most} ranked.", { n, most: form.most }) : _("{n} ranked.", { n });
    if (form.money || form.most < form.options.length) tally(fields, `${count} ${sumWords(form, order)}`.trim());
  }

  function row(option, place, group) {
    const item = document.createElement("li");
    item.className = "fm-ranks__item";
    item.dataset.option = option;
    item.dataset.ranked = place === null ? "no" : "yes";
    const buttons = span("fm-ranks__buttons", "");
    if (place === null) {
      buttons.append(button(_("Choose"), option, choose, groups.flat().length >= form.most));
    } else {
      buttons.append(
        button(_("Up"), option, (one) => move(one, -1), place === 0 && group.length === 1),
        button(_("Down"), option, (one) => move(one, +1), place === groups.length - 1 && group.length === 1),
      );
      if (form.level) buttons.append(button(_("Same place"), option, join, place === 0 || group.length > 1));
      buttons.append(button(_("Take out"), option, takeOut));
    }
    const name = span("fm-ranks__name", called(form, option));
    name.dir = "auto";
    if (notes[option]) name.append(span("fm-option__note", notes[option]));
    const where = span("fm-ranks__place", place === null ? "" : group.length > 1 ? _("{place}, shared", { place: placeWords(place + 1) }) : placeWords(place + 1));
    const handle = span("fm-ranks__handle", "⠿");
    handle.setAttribute("aria-hidden", "true");
    const words = span("fm-ranks__words", "");
    words.append(...(place === null ? [name] : [where, name]));
    item.append(handle, words, buttons);
    return item;
  }

  function button(words, option, act, disabled = false) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.disabled = disabled;
    made.setAttribute("aria-label", `${words}: ${option}`);
    made.addEventListener("click", () => {
      act(option);
      changed(option, words);
    });
    return made;
  }

  /** Draw again, say where the option is now, and keep the focus with it. */
  function changed(option, words) {
    draw();
    const place = groups.findIndex((group) => group.includes(option));
    const others = place < 0 ? [] : groups[place].filter((other) => other !== option).map((other) => called(form, other));
    const where = place < 0 ? "" : placeWords(place + 1);
    if (place < 0) say(_("{option} is not ranked", { option }));
    else if (others.length) say(_("{option} is your {place}, on the same place as {others}", { option, place: where, others: others.join(", ") }));
    else say(_("{option} is your {place}", { option, place: where }));
    const mine = [...root.querySelectorAll(`[data-option="${CSS.escape(option)}"] button:not(:disabled)`)];
    (mine.find((other) => other.textContent === words) ?? mine[0])?.focus();
    root.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function choose(option) {
    groups.push([option]);
  }

  function takeOut(option) {
    groups = groups.map((group) => group.filter((other) => other !== option)).filter((group) => group.length);
  }

  /** One place up or down: out of a shared place first, then past the next one. */
  function move(option, by) {
    const from = groups.findIndex((group) => group.includes(option));
    const shared = groups[from].length > 1;
    takeOut(option);
    groups.splice(shared ? from + (by > 0 ? 1 : 0) : from + by, 0, [option]);
  }

  function join(option) {
    const above = groups.findIndex((group) => group.includes(option)) - 1;
    takeOut(option);
    groups[above].push(option);
  }

  /** Dropped at this place of all rows: into the order, or out of it. */
  function drop(option, at) {
    const before = groups.flat().filter((other) => other !== option);
    const full = before.length >= form.most;
    takeOut(option);
    if (at <= before.length && !full) {
      const past = groups.findIndex((group) => before.indexOf(group[0]) >= at);
      groups.splice(past < 0 ? groups.length : past, 0, [option]);
    }
    changed(option, "");
  }

  draw();
  import("./dragging.js").then((room) => room.enhanceDragging(root, drop)).catch(() => {}); // without it the buttons do the same
}

function groupsOf(form, places) {
  const used = [...new Set(Object.values(places))].sort((a, b) => a - b);
  return used.map((place) => form.options.filter((option) => places[option] === place));
}

function part(kind, words) {
  const box = document.createElement("div");
  const heading = document.createElement("p");
  heading.className = "fm-ranks__heading";
  heading.textContent = words;
  heading.id = `ranks-${kind}`;
  const list = document.createElement(kind);
  list.className = "fm-ranks";
  list.setAttribute("aria-labelledby", heading.id);
  box.append(heading, list);
  return { box, list };
}

function field(option, place) {
  const made = document.createElement("input");
  made.type = "hidden";
  made.name = `rank:${option}`;
  made.value = String(place);
  return made;
}

function span(className, words) {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = words;
  return made;
}

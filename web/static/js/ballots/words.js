// A choice in words. The page without a script says the same (facilitation/ballot_words.py); a test holds them together.

import { _, _n, language } from "../words.js";
import { sum } from "./payload.js";

/** `{lines, notes, ordered}`: what is chosen, what to know of the rest, and whether the lines are places. */
export function said(form, payload) {
  return { ordered: false, notes: [], ...SAYERS[form.kind](form, payload) };
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

export const dots = (n) => _n("{n} dot", "{n} dots", n, { n: grouped(n) });
export const votes = (n) => _n("{n} vote", "{n} votes", n, { n: grouped(n) });
export const credits = (n) => _n("{n} credit", "{n} credits", n, { n: grouped(n) });
export const bids = (n) => _n("{n} bid", "{n} bids", n, { n: grouped(n) });

/** An option as it stands on a page: an answer that the rule brings is in the language of the page. */
export const called = (form, option) => capital(form.called?.[form.options.indexOf(option)] ?? option);

/** Names in a row, the last after an “and”. */
function listed(names) {
  if (names.length < 2) return names[0];
  const and = language === "cy" ? (/^[aeiouwyâêîôûŵŷ]/i.test(names.at(-1)) ? "ac" : "a") : "and";
  return `${names.slice(0, -1).join(", ")} ${and} ${names.at(-1)}`;
}

function one(form, payload) {
  if (typeof payload === "string") return { lines: [called(form, payload)] };
  return { lines: [called(form, payload[0])], notes: [_("Your reason: “{reason}”", { reason: payload[1] })] };
}

function several(form, payload) {
  const lines = inOrder(form, payload).map((option) => called(form, option));
  const limit = form.most === null ? [] : [_("{n} of at most {most}.", { n: payload.length, most: form.most })];
  return { lines: lines.length ? lines : [_("None of these")], notes: limit };
}

function basket(form, payload) {
  const costs = (bid) => form.money.bids[form.options.indexOf(bid)].words;
  const lines = inOrder(form, payload).map((bid) => _("{bid}, for {sum}", { bid: called(form, bid), sum: costs(bid) }));
  return { lines: lines.length ? lines : [_("None of these bids")], notes: together(form, payload) };
}

function ranking(form, payload) {
  const names = (options) => listed(options.map((option) => called(form, option)));
  const groups = payload.map((rank) => (Array.isArray(rank) ? rank : [rank]));
  const lines = groups.map((group) => {
    const options = names(inOrder(form, group));
    return group.length > 1 ? _("{options}, on the same place", { options }) : options;
  });
  const rest = form.options.filter((option) => !groups.flat().includes(option));
  const notes = rest.length && lines.length ? [_("Not ranked: {options}.", { options: names(rest) })] : [];
  return { lines: lines.length ? lines : [_("None of these bids")], notes: [...notes, ...together(form, groups.flat())], ordered: lines.length > 0 };
}

function marks(form, payload) {
  const graded = form.kind === "grades";
  const given = form.options.filter((option) => option in payload);
  const shown = (mark) => (graded ? form.grades[mark] : _("{n} of {most}", { n: mark, most: form.highest }));
  const without = form.options.filter((option) => !(option in payload)).map((option) => called(form, option));
  const options = listed(without);
  const none = graded ? _("No grade: {options}.", { options }) : _("No score: {options}.", { options });
  const notes = given.length && without.length ? [`${none} ${form.without}`] : [];
  const lines = given.map((option) => _("{option}: {mark}", { option: called(form, option), mark: shown(payload[option]) }));
  const nothing = graded ? _("No grade for any option") : _("No score for any option");
  return { lines: lines.length ? lines : [nothing], notes: [...notes, ...together(form, given.filter((option) => payload[option]))] };
}

function points(form, payload) {
  const on = (option) => _("{dots} on {option}", { dots: dots(payload[option]), option: called(form, option) });
  const lines = inOrder(form, Object.keys(payload)).map(on);
  const left = form.points - sum(Object.values(payload));
  const rest = left ? _("{dots} left unused.", { dots: dots(left) }) : _("All dots are used.");
  return { lines: lines.length ? lines : [_("No dots on any option")], notes: [rest] };
}

function squares(form, payload) {
  const cost = (number) => number * number;
  const bought = (option) =>
    _("{votes} for {option}, for {credits}", { votes: votes(payload[option]), option: called(form, option), credits: credits(cost(payload[option])) });
  const lines = inOrder(form, Object.keys(payload)).map(bought);
  const left = form.points - sum(Object.values(payload).map(cost));
  const rest = left ? _("{credits} left unused.", { credits: credits(left) }) : _("All credits are used.");
  return { lines: lines.length ? lines : [_("No votes on any option")], notes: [rest] };
}

const SAYERS = { one, reasoned: one, several, basket, ranking, marks, grades: marks, points, squares };

const inOrder = (form, options) => form.options.filter((option) => options.includes(option));

function together(form, bids) {
  if (!form.money || !bids.length) return [];
  return [_("Together they cost {sum}; there is {budget}.", { sum: costOf(form, bids).words, budget: form.money.budget.words })];
}

/** What these bids cost together, exactly: whole numbers of the form's small unit. */
export function costOf(form, bids) {
  const units = bids.reduce((total, bid) => total + BigInt(form.money.bids[form.options.indexOf(bid)].units), 0n);
  return { words: money(units, BigInt(form.money.per)), tooMuch: units > BigInt(form.money.budget.units) };
}

function money(units, per) {
  if (units % per === 0n) return grouped(units / per);
  const cents = (200n * units + per) / (2n * per);
  return `${grouped(cents / 100n)}.${String(cents % 100n).padStart(2, "0")}`;
}

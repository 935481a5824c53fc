// A choice in words. The page without a script says the same (facilitation/ballot_words.py); a test holds them together.

import { sum } from "./payload.js";

/** `{lines, notes, ordered}`: what is chosen, what to know of the rest, and whether the lines are places. */
export function said(form, payload) {
  return { ordered: false, notes: [], ...SAYERS[form.kind](form, payload) };
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const counted = (number, what) => `${grouped(number)} ${what}${number === 1 ? "" : "s"}`;
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);

function one(form, payload) {
  if (typeof payload === "string") return { lines: [capital(payload)] };
  return { lines: [capital(payload[0])], notes: [`Your reason: “${payload[1]}”`] };
}

function several(form, payload) {
  const lines = inOrder(form, payload).map(capital);
  return { lines: lines.length ? lines : ["None of these"], notes: form.most === null ? [] : [`${payload.length} of at most ${form.most}.`] };
}

function basket(form, payload) {
  const lines = inOrder(form, payload).map((bid) => `${capital(bid)}, for ${form.money.bids[form.options.indexOf(bid)].words}`);
  return { lines: lines.length ? lines : ["None of these bids"], notes: together(form, payload) };
}

function ranking(form, payload) {
  const groups = payload.map((rank) => (Array.isArray(rank) ? rank : [rank]));
  const lines = groups.map((group) => listed(inOrder(form, group).map(capital)) + (group.length > 1 ? ", on the same place" : ""));
  const rest = form.options.filter((option) => !groups.flat().includes(option)).map(capital);
  const notes = rest.length && lines.length ? [`Not ranked: ${listed(rest)}.`] : [];
  return { lines: lines.length ? lines : ["None of these bids"], notes: [...notes, ...together(form, groups.flat())], ordered: lines.length > 0 };
}

function marks(form, payload) {
  const what = form.kind === "grades" ? "grade" : "score";
  const given = form.options.filter((option) => option in payload);
  const shown = (mark) => (form.kind === "grades" ? form.grades[mark] : `${mark} of ${form.highest}`);
  const without = form.options.filter((option) => !(option in payload)).map(capital);
  const notes = given.length && without.length ? [`No ${what}: ${listed(without)}. ${form.without}`] : [];
  const lines = given.map((option) => `${capital(option)}: ${shown(payload[option])}`);
  return { lines: lines.length ? lines : [`No ${what} for any option`], notes: [...notes, ...together(form, given.filter((option) => payload[option]))] };
}

function points(form, payload) {
  const lines = inOrder(form, Object.keys(payload)).map((option) => `${counted(payload[option], "dot")} on ${capital(option)}`);
  return { lines: lines.length ? lines : ["No dots on any option"], notes: [unused(form.points - sum(Object.values(payload)), "dot")] };
}

function squares(form, payload) {
  const cost = (votes) => votes * votes;
  const lines = inOrder(form, Object.keys(payload)).map(
    (option) => `${counted(payload[option], "vote")} for ${capital(option)}, for ${counted(cost(payload[option]), "credit")}`,
  );
  return { lines: lines.length ? lines : ["No votes on any option"], notes: [unused(form.points - sum(Object.values(payload).map(cost)), "credit")] };
}

const SAYERS = { one, reasoned: one, several, basket, ranking, marks, grades: marks, points, squares };

const unused = (left, what) => (left ? `${counted(left, what)} left unused.` : `All ${what}s are used.`);
const inOrder = (form, options) => form.options.filter((option) => options.includes(option));

function together(form, bids) {
  return form.money && bids.length ? [`Together they cost ${costOf(form, bids).words}; there is ${form.money.budget.words}.`] : [];
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

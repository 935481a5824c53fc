// From the fields of a form to the choice that the server takes, or to what is wrong with it. The server judges again;
// what is found here is told before anything is sent, with the field to mend.

import { _ } from "../words.js";

const wrong = (problem, field) => ({ problem, field });
const right = (payload) => ({ payload });

/** `{payload}`, or `{problem, field}`. */
export function payloadOf(form, fields) {
  return READERS[form.kind](form, fields);
}

const chosen = (fields) => new FormData(fields).getAll("choice").filter((value) => value !== "");
const first = (fields) => fields.querySelector(":is(input:not([type=hidden]), button, select)");

function one(form, fields) {
  const [answer] = chosen(fields);
  return answer === undefined ? wrong(_("Choose an answer first."), first(fields)) : right(answer);
}

function reasoned(form, fields) {
  const answer = one(form, fields);
  if (answer.problem || !form.with_reason.includes(answer.payload)) return answer;
  const field = fields.querySelector('[name="reason"]');
  const reason = field.value.trim().replace(/\s+/g, " ");
  if (reason === "") return wrong(_("Write why you object, or choose another answer."), field);
  if (reason.length > form.longest) return wrong(_("Your reason has {n} letters. Say it in at most {most}.", { n: reason.length, most: form.longest }), field);
  return right([answer.payload, reason]);
}

function several(form, fields) {
  const options = chosen(fields);
  if (form.most !== null && options.length > form.most) return wrong(_("You have ticked {n}. Tick at most {most}.", { n: options.length, most: form.most }), first(fields));
  return right(options);
}

function ranking(form, fields) {
  const places = numbers(fields, "rank:");
  const groups = [...new Set(Object.values(places))].sort((a, b) => a - b).map((place) => form.options.filter((option) => places[option] === place));
  if (groups.flat().length < form.least) return wrong(_("Choose at least your best one."), first(fields));
  return right(groups.map((group) => (group.length === 1 ? group[0] : group)));
}

function marks(form, fields) {
  const bad = badNumber(fields, form.highest ?? form.grades.length - 1);
  return bad ?? right(numbers(fields, "mark:"));
}

function points(form, fields) {
  const bad = badNumber(fields, form.cap);
  if (bad) return bad;
  const given = withoutNothing(numbers(fields, "mark:"));
  const spent = sum(Object.values(given));
  return spent > form.points ? wrong(_("You have put {n} dots. You have {most}.", { n: spent, most: form.points }), first(fields)) : right(given);
}

function squares(form, fields) {
  const bad = badNumber(fields, form.cap);
  if (bad) return bad;
  const given = withoutNothing(numbers(fields, "mark:"));
  const spent = sum(Object.values(given).map((votes) => votes * votes));
  return spent > form.points ? wrong(_("Your votes cost {n} credits. You have {most}.", { n: spent, most: form.points }), first(fields)) : right(given);
}

const READERS = { one, reasoned, several, basket: several, ranking, marks, grades: marks, points, squares };

export const sum = (all) => all.reduce((total, each) => total + each, 0);
const withoutNothing = (given) => Object.fromEntries(Object.entries(given).filter(([, number]) => number > 0));

/** The whole numbers of all fields with this prefix, by option; an empty field is none. */
export function numbers(fields, prefix) {
  const found = {};
  for (const [name, value] of new FormData(fields)) {
    if (name.startsWith(prefix) && /^\d+$/.test(value.trim())) found[name.slice(prefix.length)] = Number(value);
  }
  return found;
}

function badNumber(fields, highest) {
  for (const field of fields.querySelectorAll('input[name^="mark:"]:is(:checked, :not([type=radio]))')) {
    const text = field.value.trim();
    if (text !== "" && !/^\d{1,15}$/.test(text)) return wrong(_("Use whole numbers: 0, 1, 2 and so on."), field);
    if (Number(text) > highest) return wrong(_("{n} is too much. Give at most {most} here.", { n: text, most: highest }), field);
  }
  return null;
}

// The questionnaire: a page at a time, each answer sent as soon as it is chosen, again and again until it is answered.

import { ask } from "../asking.js";
import { sayer } from "../connection.js";
import { keptWords } from "../contribute.js";
import { forget, keep as keepThing, keptUnder } from "../kept.js";
import { nap } from "../wake.js";
import { _ } from "../words.js";

const QUIET = 700; // milliseconds without a keystroke before words are sent
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;
const KEPT = _("No connection. What you chose is kept on this tablet and is sent as soon as the connection is back.");
const pageOf = new Map(); // of each item: where this reader is, also when the picture is drawn anew
const waiting = new Map(); // of each item: the newest answers that the server has not taken yet
const sending = new Map(); // of each item: the answers that are on their way
let atHeading = false; // the reader has just turned the page
document.addEventListener("focusin", (event) => {
  atHeading = event.target.matches("[data-page] h2");
});
const say = sayer();

export function setUp(form) {
  const { item } = form.dataset;
  if (told?.item === item && !form.querySelector("[data-kept]")?.textContent) tell(told.words, told.wrong);
  const last = Number(form.dataset.last);
  if (!waiting.has(item)) {
    resume(form);
    takeEarly(form);
  }
  let timer;
  if (pageOf.has(item)) {
    go(form, pageOf.get(item), false);
    if (atHeading) heading(form).focus({ preventScroll: true });
  }

  form.addEventListener("change", (event) => {
    if (event.target.type === "radio") keep(form, event.target.name, event.target.value);
  });
  form.addEventListener("input", (event) => {
    if (event.target.name !== "comment") return;
    clearTimeout(timer);
    timer = setTimeout(() => keep(form, "comment", event.target.value), QUIET);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown(form) < last || event.submitter?.matches("[data-back]")) event.stopPropagation(); // the region is in use still
    clearTimeout(timer);
    const words = form.elements.comment;
    if (!words.closest("fieldset").disabled && words.value !== words.defaultValue) keep(form, "comment", words.value);
    const now = shown(form);
    if (event.submitter?.matches("[data-back]")) go(form, Math.max(1, now - 1), true);
    else if (now < last) go(form, now + 1, true);
    else finish(form);
  });
  form.parentElement.querySelector("[data-reopen]")?.addEventListener("click", () => {
    form.hidden = false;
    finished(form).hidden = true;
    go(form, 1, true);
  });
}

function shown(form) {
  return Number(form.querySelector("[data-page]:not([hidden])").dataset.page);
}

function heading(form) {
  return form.querySelector("[data-page]:not([hidden]) h2");
}

function finished(form) {
  return form.parentElement.querySelector("[data-finished]");
}

function go(form, number, move) {
  for (const page of form.querySelectorAll("[data-page]")) {
    page.hidden = Number(page.dataset.page) !== number;
    for (const fieldset of page.querySelectorAll("fieldset")) fieldset.disabled = page.hidden;
  }
  const next = form.querySelector("[data-next]");
  next.textContent = number === Number(form.dataset.last) ? next.dataset.done : next.dataset.words;
  form.querySelector("[data-back]").hidden = number === 1;
  pageOf.set(form.dataset.item, number);
  if (!move) return;
  heading(form).focus({ preventScroll: true });
  form.scrollIntoView();
}

function finish(form) {
  form.hidden = true;
  finished(form).hidden = false;
  finished(form).querySelector("h2").focus();
}

const idOf = (form) => `evaluation ${document.getElementById("picture").dataset.member} ${form.dataset.item}`;

/** After a reload, or a flat battery: show and send what the server has not taken yet. */
async function resume(form) {
  waiting.set(form.dataset.item, {});
  const left = (await keptUnder(idOf(form)))?.answers ?? {};
  for (const [name, value] of Object.entries(left)) {
    const field = form.elements.namedItem(name);
    if (field && !(name in waiting.get(form.dataset.item))) field.value = value;
  }
  waiting.set(form.dataset.item, { ...left, ...waiting.get(form.dataset.item) });
  send(form);
}

/** What was chosen while this script was still on its way, and nobody listened. */
function takeEarly(form) {
  for (const field of form.elements) {
    if (field.type === "radio" && field.checked && !field.defaultChecked) keep(form, field.name, field.value);
    if (field.name === "comment" && field.value !== field.defaultValue) keep(form, field.name, field.value);
  }
}

function keep(form, name, value) {
  waiting.get(form.dataset.item)[name] = value;
  send(form);
}

async function send(form) {
  const { item } = form.dataset;
  const [action, id] = [form.getAttribute("action"), idOf(form)];
  const hold = () => keepThing({ id, kind: "evaluation", answers: { ...sending.get(item), ...waiting.get(item) } });
  if (Object.keys(waiting.get(item)).length) await hold();
  if (sending.has(item)) return;
  sending.set(item, {});
  for (let wait = FIRST_WAIT; Object.keys(waiting.get(item)).length; ) {
    const body = waiting.get(item);
    sending.set(item, body);
    waiting.set(item, {});
    const csrf = document.querySelector('meta[name="csrf-token"]').content;
    const answer = await ask(action, { body, csrf });
    if (answer.ok) {
      tell(_("Kept."));
      wait = FIRST_WAIT;
    } else if (answer.final) {
      tell(answer.words, true);
    } else {
      waiting.set(item, { ...body, ...waiting.get(item) });
      await hold();
      tell(answer.why === "offline" ? KEPT : keptWords(answer));
      await nap(wait * (0.5 + Math.random()));
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
  }
  await forget(id);
  sending.delete(item);
  if (Object.keys(waiting.get(item)).length) send(form); // chosen while it was forgotten
}

let told = null; // a redraw takes the words away, and what they say is still so

function tell(words, wrong = false) {
  const line = document.querySelector('form[data-module="evaluation"] [data-kept]');
  told = { item: line?.closest("form").dataset.item, words, wrong };
  if (line) {
    line.textContent = words;
    line.classList.toggle("govuk-error-message", wrong);
  } else say(words);
}

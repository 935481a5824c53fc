// What people write into a `form[data-contribute]`: kept while it is typed, here and at the server, so that it follows its
// writer to another tablet; sent with a key that is made before the first send, again and again until there is an answer.
//
// Markup: macros/contribute.html. Nothing is lost: a form that is refused stays filled in, with what is wrong beside it.

import { ask } from "./asking.js";
import { allKept, forget, keep, keptUnder } from "./kept.js";
import { newKey } from "./letters.js";
import { changedIn } from "./regions.js";
import { nap } from "./wake.js";
import { _ } from "./words.js";

const QUIET = 700; // milliseconds without a keystroke before what is typed is kept
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;
const OWN = ["csrf_token", "key", "seen_seq"];

export class Contributions {
  /** @param {{who: string, place: HTMLElement, say: (words: string) => void, onSent: (form: HTMLFormElement | null) => void}} wiring */
  constructor({ who, place, say, onSent }) {
    Object.assign(this, { who, place, say, onSent });
    this.timers = new Map();
    this.sending = new Set();
    place.addEventListener("input", (event) => this.typed(event));
    place.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("fm-leaving", () => this.flush());
    for (const field of changedIn(place)) this.typed({ target: field });
    this.resume();
  }

  csrf() {
    return document.querySelector('meta[name="csrf-token"]').content;
  }

  // -------------------------------------------------------------------------------------------- while it is typed

  writingId(name) {
    return `writing ${this.who} ${name}`;
  }

  typed(event) {
    const form = event.target.closest("form[data-contribute]");
    if (!form || form.dataset.contribute === "") return;
    const name = form.dataset.contribute;
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(() => this.keepTyped(form), QUIET));
  }

  /** Keep at once what was typed a moment ago: this page is about to go. */
  async flush() {
    for (const form of this.place.querySelectorAll("form[data-contribute]")) {
      const timer = this.timers.get(form.dataset.contribute);
      if (timer === undefined) continue;
      clearTimeout(timer);
      this.timers.delete(form.dataset.contribute);
      await this.keepTyped(form);
    }
  }

  async keepTyped(form) {
    const name = form.dataset.contribute;
    const fields = textsOf(form);
    const writing = { id: this.writingId(name), kind: "writing", who: this.who, name, fields, saved: false };
    await keep(writing);
    const answer = await ask("/writing", { body: { name, fields }, csrf: this.csrf() });
    const now = await keptUnder(writing.id);
    if (answer.ok && now && JSON.stringify(now.fields) === JSON.stringify(fields)) await keep({ ...writing, saved: true });
  }

  /** Fill the forms of a new picture with what was typed here and has not reached the server. */
  async restore(root) {
    for (const form of root.querySelectorAll("form[data-contribute]")) {
      const kept = await keptUnder(this.writingId(form.dataset.contribute));
      if (!kept || kept.saved || !form.isConnected || form.contains(document.activeElement)) continue;
      for (const [field, value] of Object.entries(kept.fields)) {
        const input = form.elements.namedItem(field);
        if (input && "value" in input && (input.defaultValue ?? input.value) === input.value) input.value = value; // not what was typed since
      }
    }
  }

  // -------------------------------------------------------------------------------------------- once it is sent

  submitted(event) {
    const form = event.target.closest("form[data-contribute]");
    if (!form) return;
    event.preventDefault();
    const fields = fieldsOf(form, event.submitter);
    const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    const key = form.dataset.key ?? newKey();
    form.dataset.key = key; // pressed twice, it is still one thing
    this.put({ id: `contribution ${this.who} ${key}`, kind: "contribution", who: this.who, name: form.dataset.contribute, action, key, fields });
  }

  async put(thing) {
    clearTimeout(this.timers.get(thing.name));
    await keep(thing);
    this.send(thing);
  }

  /** After a reload: send what still waits. */
  async resume() {
    for (const thing of await allKept()) if (thing.kind === "contribution" && thing.who === this.who) this.send(thing);
  }

  async send(thing) {
    if (this.sending.has(thing.id)) return;
    this.sending.add(thing.id);
    this.tell(thing, _("Sending…"));
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const answer = await ask(thing.action, { body: { ...thing.fields, key: thing.key }, csrf: this.csrf() });
      if (answer.ok || answer.final) {
        this.sending.delete(thing.id);
        await forget(thing.id);
        await (answer.ok ? this.sent(thing) : this.refused(thing, answer.words));
        return;
      }
      this.tell(thing, keptWords(answer));
      await nap(wait * (0.5 + Math.random()));
    }
  }

  async sent(thing) {
    await forget(this.writingId(thing.name));
    ask("/writing", { body: { name: thing.name, fields: {} }, csrf: this.csrf() });
    const form = this.formOf(thing);
    if (form) {
      delete form.dataset.key;
      form.reset();
      for (const input of form.querySelectorAll("textarea, input[type=text], input:not([type])")) input.value = "";
    }
    this.tell(thing, form?.dataset.saidSent ?? _("Sent."));
    this.onSent(form);
  }

  /** What was typed stays; sent again, it is something new. */
  async refused(thing, words) {
    const form = this.formOf(thing);
    if (form) {
      delete form.dataset.key;
      fillAgain(form, thing.fields); // the picture may have been drawn anew while it was on its way
    } else if (thing.name) {
      const writing = { id: this.writingId(thing.name), kind: "writing", who: this.who, name: thing.name };
      await keep({ ...writing, fields: thing.fields, saved: false }); // for when its form is there again
    }
    this.tell(thing, words, true);
  }

  formOf(thing) {
    return this.place.querySelector(`form[data-contribute="${CSS.escape(thing.name)}"]`);
  }

  tell(thing, words, wrong = false) {
    const line = this.formOf(thing)?.querySelector("[data-said]");
    if (line) {
      line.textContent = words;
      line.classList.toggle("govuk-error-message", wrong);
    }
    this.say(words);
  }
}

/** Why something that was written waits on this tablet. */
export function keptWords({ why, words }) {
  if (why === "busy") return words;
  if (why === "signed-out") return _("This tablet is signed out. Scan your badge again; what you wrote is kept.");
  return _("No connection. What you wrote is kept on this tablet and is sent as soon as the connection is back.");
}

/** Put what was sent back into fields that have become empty, as if it were typed. */
function fillAgain(form, fields) {
  for (const input of form.querySelectorAll("textarea, input[type=text], input:not([type])")) {
    const value = fields[input.name];
    if (typeof value !== "string" || !value || input.value === value || (input.value && input.value !== input.defaultValue)) continue;
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Everything that the form would send. A name that is sent several times becomes a list. */
function fieldsOf(form, submitter) {
  const found = {};
  for (const [name, value] of new FormData(form, submitter)) {
    if (OWN.includes(name) || typeof value !== "string") continue;
    found[name] = name in found ? [found[name], value].flat() : value;
  }
  return found;
}

/** What was typed, without what the page put there itself. */
function textsOf(form) {
  const found = {};
  for (const input of form.querySelectorAll("textarea, input:not([type=hidden])")) {
    if (!input.name || ["checkbox", "file", "submit"].includes(input.type)) continue;
    if (input.type !== "radio" || input.checked) found[input.name] = input.value;
  }
  return found;
}

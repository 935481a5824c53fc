// Ballots that are kept on this tablet until the server has answered. The key of a ballot is made before it is first sent;
// the server counts a key once, so it may be sent again as often as it takes. When the receipt is there, key and choice are
// deleted. A sealed ballot goes out with its token and without a name (tokens.js). Of a vote that may be changed, the key
// stays here until the round is over: who holds it may change the vote, and nobody else can.

import { ask } from "./asking.js";
import { forgetDrafts } from "./ballots/draft.js";
import { allKept, forget, keep, keptUnder } from "./kept.js";
import { newKey, randomLetters } from "./letters.js";
import { Tokens } from "./tokens.js";
import { nap } from "./wake.js";
import { _ } from "./words.js";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 700; // a room waits for the last ballot
const ASKED_TO_WAIT = 2000; // by a server that answered, and cannot store now
const COUNTED = "counted";

export class Outbox {
  /** @param {{member: string, csrf: () => string, onChange: (ballot: object) => void}} wiring */
  constructor({ member, csrf, onChange }) {
    Object.assign(this, { member, csrf, onChange });
    this.tokens = new Tokens({ member, csrf });
    this.sending = new Set();
    this.notBefore = new Map();
  }

  idOf(round) {
    return `${this.member} ${round}`;
  }

  /** Keep a new ballot, then send it. `held` is the round's conduct, and whether somebody helped. */
  async put(round, choice, held = {}) {
    const before = await this.counted(round);
    const ballot = {
      id: this.idOf(round),
      kind: "ballot",
      member: this.member,
      round,
      choice,
      secrecy: held.secrecy ?? "secret",
      assisted: held.assisted ?? false,
      changeable: held.changeable ?? false,
      tracked: held.publish !== "root" && held.secrecy !== "open" && !held.practice,
      key: before?.key ?? newKey(),
      tracker: randomLetters(), // under which the member finds the vote in the published list
      replaces: before?.tracker ?? "",
      stage: "kept",
    };
    await keep(ballot);
    this.onChange(ballot);
    this.send(ballot);
  }

  /** The ballot of this round that still waits for its answer, or undefined. */
  waiting(round) {
    return keptUnder(this.idOf(round));
  }

  /** What this tablet remembers of a counted ballot, or undefined: receipt and tracker, never the choice. */
  counted(round) {
    return keptUnder(`${COUNTED} ${this.idOf(round)}`);
  }

  /** After a reload: send what this member's tablet still holds, and forget what another member's counted votes left. */
  async resume() {
    for (const thing of await allKept()) {
      if (thing.member === this.member && (thing.kind ?? "ballot") === "ballot") this.send(thing);
      if (thing.member !== this.member && thing.kind === COUNTED) forget(thing.id);
    }
  }

  /** The round is over: what could still change a vote in it, or cast one, is deleted. */
  async over(round) {
    const known = await this.counted(round);
    if (known?.key) await keep({ ...known, key: undefined });
    await forgetDrafts((draft) => draft.round === round);
    if (!(await this.waiting(round))) await this.tokens.drop(round);
  }

  /** Forget all counted votes and drafts of this member, who leaves this tablet. */
  async leave() {
    await forgetDrafts(() => true);
    for (const thing of await allKept()) if (thing.member === this.member && thing.kind === COUNTED) await forget(thing.id);
  }

  /** Get the token of a sealed round before anybody has chosen, so that its time says nothing about the ballot's. */
  async getToken(round) {
    const id = this.tokens.idOf(round);
    if (this.sending.has(id)) return undefined;
    this.sending.add(id);
    try {
      return await this.untilAnswered(() => this.tokens.ready(round), () => {});
    } finally {
      this.sending.delete(id);
    }
  }

  /** Hold sealed ballots of this round back until every tablet has had its turn for a token: the crowd hides them. */
  holdBack(round, milliseconds) {
    if (!this.notBefore.has(round)) this.notBefore.set(round, performance.now() + milliseconds);
  }

  /** Send until there is an answer; never the same ballot twice at once. */
  async send(ballot) {
    if (this.sending.has(ballot.id)) return;
    this.sending.add(ballot.id);
    try {
      const answer = await this.untilAnswered(
        () => {
          this.onChange({ ...ballot, stage: "sending" });
          return ballot.secrecy === "sealed" ? this.postSealed(ballot) : this.post(ballot);
        },
        (words) => this.onChange({ ...ballot, stage: "kept", words }),
      );
      if (answer.ok) await this.remember(ballot, answer.body.receipt);
      await forget(ballot.id);
      const { round, tracker, replaces } = ballot;
      const stage = answer.ok ? COUNTED : "refused";
      this.onChange({ round, tracker, replaces, stage, receipt: answer.body?.receipt, words: answer.words });
    } finally {
      this.sending.delete(ballot.id);
    }
  }

  async untilAnswered(attempt, waiting) {
    for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
      const answer = await attempt();
      if (answer.ok || answer.final) return answer;
      waiting(answer.words);
      await nap((answer.why === "busy" ? ASKED_TO_WAIT : wait) * (0.5 + Math.random()));
    }
  }

  /** What stays of a counted ballot; of a sealed one the server cannot tell this tablet later that it has voted. */
  async remember(ballot, receipt) {
    const { member, round, secrecy, changeable, tracked } = ballot;
    if (secrecy !== "sealed" && !changeable && !tracked) return;
    const key = changeable ? ballot.key : undefined;
    const tracker = changeable || tracked ? ballot.tracker : undefined;
    await keep({ id: `${COUNTED} ${ballot.id}`, kind: COUNTED, member, round, receipt, tracker, key });
  }

  post({ round, key, choice, tracker, assisted, replaces, changeable }) {
    const body = { key, choice, tracker, assisted, ...(changeable ? { replaces } : {}) };
    return ask(`/api/rounds/${encodeURIComponent(round)}/ballot`, { csrf: this.csrf(), body });
  }

  /** First the token, by name; then the ballot with it, by nobody. A token of a key that is gone is made anew once. */
  async postSealed(ballot) {
    const ready = await this.tokens.ready(ballot.round);
    if (!ready.ok) return ready;
    const early = (this.notBefore.get(ballot.round) ?? 0) - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const { token, signature } = ready.token;
    const body = { token, signature, choice: ballot.choice, tracker: ballot.tracker };
    const answer = await ask(`/api/rounds/${encodeURIComponent(ballot.round)}/sealed-ballot`, { body });
    if (answer.code !== "bad-token" || ballot.anew) return answer;
    ballot.anew = true;
    await this.tokens.drop(ballot.round);
    return { words: _("The vote was opened again. Your tablet asks for a new token.") };
  }
}

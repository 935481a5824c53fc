// The token of a sealed round: made here, signed by the server without being seen, kept before it is used. The server signs
// one for each seat, so a token that was asked for is kept until the round is over; asking again gives the same signature.

import { ask } from "./asking.js";
import { blind, finalize, fromHex, keyPrint, prepare, readKey, toHex } from "./blind.js";
import { forget, keep, keptUnder } from "./kept.js";

export class Tokens {
  /** @param {{member: string, csrf: () => string}} wiring */
  constructor({ member, csrf }) {
    Object.assign(this, { member, csrf });
  }

  idOf(round) {
    return `token ${this.member} ${round}`;
  }

  /** The signed token as {ok, token}, or the answer that stands in its way. One window of this browser at a time. */
  ready(round) {
    return navigator.locks.request(this.idOf(round), async () => {
      const known = await keptUnder(this.idOf(round));
      if (known?.signature) return { ok: true, token: known };
      const path = `/api/rounds/${encodeURIComponent(round)}`;
      const given = await ask(`${path}/key`, { csrf: this.csrf() });
      if (!given.ok) return given;
      try {
        const key = await readKey(given.body);
        const made = known?.n === given.body.n ? known : await keep(await this.made(round, key, given.body));
        const signed = await ask(`${path}/token`, { csrf: this.csrf(), body: { blinded: made.blinded } });
        if (!signed.ok) return signed;
        const signature = await finalize(key, fromHex(made.token), signed.body.signature, made.inverse);
        return { ok: true, token: await keep({ ...made, signature }) };
      } catch (wrong) {
        return { final: true, code: "bad-token", words: `${wrong.message} Ask a helper.` };
      }
    });
  }

  async made(round, key, { n }) {
    const prepared = prepare();
    const about = { id: this.idOf(round), kind: "token", member: this.member, round, n, print: await keyPrint({ n }) };
    return { ...about, token: toHex(prepared), ...(await blind(key, prepared)) };
  }

  drop(round) {
    return forget(this.idOf(round));
  }
}

// The token of a sealed round: made here, signed by the server without being seen, kept before it is used. The server signs
// one for each seat, so a token that was asked for is kept until the round is over; asking again gives the same signature.
// The arithmetic (blind.js) is fetched at the first sealed vote: few halls need it.

import { NO_CONNECTION, ask } from "./asking.js";
import { forget, keep, keptUnder } from "./kept.js";

/** Can this page do it at all? */
export const canSeal = () => window.isSecureContext && Boolean(crypto.subtle);

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
      const seal = await import("./blind.js").catch(() => null);
      if (!seal) return { why: "offline", words: NO_CONNECTION };
      try {
        const key = await seal.readKey(given.body);
        const made = known?.n === given.body.n ? known : await keep(await this.made(seal, round, key, given.body));
        const signed = await ask(`${path}/token`, { csrf: this.csrf(), body: { blinded: made.blinded } });
        if (!signed.ok) return signed;
        const signature = await seal.finalize(key, seal.fromHex(made.token), signed.body.signature, made.inverse);
        return { ok: true, token: await keep({ ...made, signature }) };
      } catch (wrong) {
        return { final: true, code: "bad-token", words: `${wrong.message} Ask a helper.` };
      }
    });
  }

  async made(seal, round, key, { n }) {
    const prepared = seal.prepare();
    const about = { id: this.idOf(round), kind: "token", member: this.member, round, n, print: await seal.keyPrint({ n }) };
    return { ...about, token: seal.toHex(prepared), ...(await seal.blind(key, prepared)) };
  }

  drop(round) {
    return forget(this.idOf(round));
  }
}

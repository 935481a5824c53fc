// One request to the server, and what its answer means for something that is sent until it is answered: `ok` with a body;
// or `final`, refused for good; or neither, and then it is sent again. `words` say it to the member, and `why` says which
// of the three reasons there are to go on trying: "offline", "busy" (the server cannot write now), "signed-out".

import { onWake } from "./wake.js";
import { _ } from "./words.js";

const AGAIN = [408, 425, 429]; // refusals that time mends
const SIGNED_OUT = [401, 403];
const TIMEOUT = 10000;
const LATE = 2000; // milliseconds after which a request that a sleep cut through is not waited for
export const NO_CONNECTION = _("No connection. Your vote is kept on this tablet and is sent as soon as the connection is back.");
const BUSY = _("The server cannot take it just now. It is kept on this tablet, and we keep trying.");
const underWay = new Set();

onWake(() => {
  for (const one of underWay) if (performance.now() - one.since > LATE) one.again();
});

/**
 * @param {string} path
 * @param {{body?: object, csrf?: string}} how  With a CSRF token the request comes from this member's tablet. Without one
 *        it comes from nobody: no cookie goes with it, and none is taken from the answer.
 */
export async function ask(path, { body, csrf } = {}) {
  const named = csrf !== undefined;
  const request = {
    method: body === undefined ? "GET" : "POST",
    headers: {
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(named ? { "X-CSRF-Token": csrf } : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: named ? "same-origin" : "omit",
    referrerPolicy: named ? "" : "no-referrer",
    cache: "no-store",
  };
  for (;;) {
    try {
      return await within(TIMEOUT, async (signal) => heard(await fetch(path, { ...request, signal })));
    } catch (lost) {
      if (lost !== LATE) return { why: "offline", words: NO_CONNECTION };
    }
  }
}

/** Do this in so many milliseconds. Where the device slept meanwhile, it fails as `LATE`, to be done again at once. */
async function within(milliseconds, act) {
  const patience = new AbortController();
  const one = { since: performance.now(), again: () => patience.abort(LATE) };
  const timer = setTimeout(() => patience.abort(), milliseconds);
  underWay.add(one);
  try {
    return await act(patience.signal);
  } catch (lost) {
    throw patience.signal.reason === LATE ? LATE : lost;
  } finally {
    clearTimeout(timer);
    underWay.delete(one);
  }
}

/** What an answer means. One that is no JSON comes from something between us and the server: as if there were none. */
async function heard(answer) {
  const told = await answer.json();
  if (answer.ok) return { ok: true, body: told };
  if (SIGNED_OUT.includes(answer.status)) {
    return { why: "signed-out", words: _("This tablet is signed out. Scan your badge again; your vote is kept.") };
  }
  if (answer.status >= 500 || AGAIN.includes(answer.status)) return { why: "busy", words: BUSY };
  return { final: true, code: told.error, words: `${told.message} ${told.remedy}` };
}

// One request to the server, and what its answer means for something that is sent until it is answered: `ok` with a body;
// or `final`, refused for good; or neither, and then it is sent again. `words` say it to the member.

import { _ } from "./words.js";

const REFUSED = [400, 404, 409, 410, 422];
const SIGNED_OUT = [401, 403];
const TIMEOUT = 10000;
const NO_CONNECTION = _("No connection. Your vote is kept on this tablet and is sent as soon as the connection is back.");

/**
 * @param {string} path
 * @param {{body?: object, csrf?: string}} how  With a CSRF token the request comes from this member's tablet. Without one
 *        it comes from nobody: no cookie goes with it, and none is taken from the answer.
 */
export async function ask(path, { body, csrf } = {}) {
  const named = csrf !== undefined;
  try {
    const answer = await fetch(path, {
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
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const told = await answer.json();
    if (answer.ok) return { ok: true, body: told };
    if (REFUSED.includes(answer.status)) return { final: true, code: told.error, words: `${told.message} ${told.remedy}` };
    if (SIGNED_OUT.includes(answer.status)) return { words: _("This tablet is signed out. Scan your badge again; your vote is kept.") };
    return { words: _("The server is busy. We keep trying.") };
  } catch {
    return { words: NO_CONNECTION };
  }
}

// The line to the server: whole screens only, the newer one wins, and the state of the line is always said in words.
//
// The socket shows; HTTP asks. After any gap (a new connection, a tablet waking up, the network coming back) the screen is
// asked for by GET, at once. While the socket is down it is asked for every three seconds, and otherwise every few minutes.

import { keepAwake } from "./awake.js";
import { ServerClock } from "./clock.js";
import { onWake } from "./wake.js";
import { _ } from "./words.js";
import { io } from "../vendor/socket.io.esm.min.js";

const EDITION = new URL(import.meta.url).pathname.split("/")[2]; // /static/EDITION/js/connection.js
const POLL_EVERY = 3000;
const ANYWAY_EVERY = 300000;
const PATIENCE = 8000;
const SHORT = 2500; // after a sleep: what the browser still holds of its old lines may be dead, and it finds out one by one
const DEAD = 12000; // the server speaks every ten seconds; a socket that was silent for longer did not live through a sleep
const BURIED = 20000; // and this long nobody waits for one, awake or not
const STYLES_WITHIN = 2000; // milliseconds; then a picture is shown without the style that it brings along
const ROUGH = 100; // milliseconds; an answer that took longer leaves the clock so unsure that it is worth asking again
const SURELY = 1500; // milliseconds between two answers that tell of a server which has gone back
const LONGEST_PRESS = 4000; // milliseconds; a finger that rests longer reads, and may see what is new
const WORDS = {
  live: _("Connected"),
  polling: _("Connected, a little slower than usual"),
  lost: _("No connection. Trying again…"),
  kept: _("No connection. This is how it was last; what you send is kept on this tablet."),
};
const page = document.documentElement.dataset; // `kept`: this page comes from the tablet itself (worker.js)

/** Is this picture (seq, turnout_seq) newer than that one? */
export function isNewer(picture, than) {
  if (picture.seq !== than.seq) return picture.seq > than.seq;
  return picture.turnoutSeq > than.turnoutSeq;
}

export class Connection {
  /**
   * @param {{audience: string, token?: string, session?: string, picture: HTMLElement, from?: string,
   *          onScreen: (screen: object) => void, onAnswer?: (screen: object) => void, onSignedOut?: () => void, inUse?: () => boolean,
   *          onDrawn?: (text: string, owner: string | null) => void}} wiring
   *        `from`: where the whole screen is asked for; `onAnswer` hears every answer to that, also one that is not newer;
   *        `inUse`: is somebody doing something here, so that the page must not be loaded anew? `onDrawn` hears each picture.
   */
  constructor({ audience, token, session, picture, onScreen, from = "/api/screen", onAnswer, onSignedOut, inUse, onDrawn }) {
    Object.assign(this, { audience, token, session, picture, onScreen, from, onAnswer, onSignedOut, inUse, onDrawn });
    this.clock = new ServerClock(picture.querySelector("[data-screen]")?.dataset.now);
    this.see(seenIn(picture));
    this.asking = null;
    this.say("kept" in page ? "lost" : "polling");
    this.socket = io({
      auth: { token, audience, session },
      query: { audience, ...(token && { by: "token" }) }, // the cookie is looked at, unless a token follows
      transports: ["websocket"], // where those are blocked, the screen is asked for by GET
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      timeout: 5000,
    });
    this.socket.on("connect", () => this.refresh());
    this.socket.on("screen", (screen) => this.consider(screen));
    this.socket.on("look", () => this.refresh()); // this tablet's seat has changed hands
    this.socket.on("storing", ({ storing, why }) => tellStoring(storing, why));
    this.socket.on("disconnect", () => this.refresh());
    this.socket.on("connect_error", () => this.retrySoon());
    this.socket.io.on("ping", () => this.heard());
    onWake((newNetwork) => this.wake(newNetwork));
    window.addEventListener("offline", () => this.say("lost"));
    setInterval(() => this.watch(), POLL_EVERY);
    this.heard();
    this.refresh();
  }

  /** Back from a sleep or on another network: all is asked for anew, and no socket waits for its next try. */
  wake(newNetwork) {
    this.clock.forget();
    if (newNetwork || !this.socket.connected || this.silence() > DEAD) this.reconnect();
    this.refresh(true);
  }

  watch() {
    if (document.visibilityState === "hidden") return;
    if (this.socket.connected && this.silence() > (this.lost ? DEAD : BURIED)) this.reconnect();
    if (!this.socket.connected || this.lost || this.clock.age() > ANYWAY_EVERY * (1 + Math.random())) this.refresh();
  }

  reconnect() {
    this.socket.disconnect(); // also ends a wait between two tries, which `connect` alone would sit out
    this.heard();
    this.socket.connect();
  }

  heard() {
    this.lastHeard = { steady: performance.now(), wall: Date.now() };
  }

  /** How long the socket has said nothing; a clock that stands still while a device sleeps does not hide it. */
  silence() {
    return Math.max(performance.now() - this.lastHeard.steady, Date.now() - this.lastHeard.wall);
  }

  /** The server refused the handshake or could not be reached: socket.io gives up on a refusal, we do not. */
  retrySoon() {
    this.refresh();
    if (!this.socket.active) setTimeout(() => this.socket.connect(), POLL_EVERY * (1 + Math.random()));
  }

  /** Ask for the whole screen; never twice at once. `anew`: what was asked before a sleep is not waited for. */
  refresh(anew = false) {
    if (anew && this.asking && performance.now() - this.asking.since > SURELY) this.asking.abort.abort();
    else if (this.asking) return this.asking.done;
    const asking = { since: performance.now(), abort: new AbortController() };
    const patience = setTimeout(() => asking.abort.abort(), anew ? SHORT : PATIENCE);
    this.asking = asking;
    asking.done = this.ask(asking).finally(() => {
      clearTimeout(patience);
      if (this.asking === asking) this.asking = null;
    });
    return asking.done;
  }

  async ask(asking) {
    const query = new URLSearchParams({ audience: this.audience });
    if (this.session) query.set("session", this.session);
    const sent = performance.now();
    try {
      const answer = await fetch(`${this.from}?${query}`, { headers: this.headers(), cache: "no-store", signal: asking.abort.signal });
      tellOfHeader(answer);
      if (answer.status === 401 || answer.status === 403) {
        this.say("lost", _("This device is signed out. Scan your code or open your link again."));
        this.onSignedOut?.();
        return;
      }
      if (answer.status === 410) {
        location.reload(); // the member has left the assembly: the page says so
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const screen = await answer.json();
      delete page.kept;
      this.clock.learn(screen.now, sent, performance.now());
      if (this.clock.doubt() > ROUGH && document.querySelector("[data-ends-at]")) this.refreshLater();
      this.say(this.socket.connected ? "live" : "polling");
      this.notice(screen, sent);
      this.consider(screen);
      this.onAnswer?.(screen);
      this.compare(answer.headers.get("Folkmoot-Edition"));
      this.lost = false;
    } catch {
      if (this.asking !== asking) return;
      this.lost = true;
      this.say("lost");
    }
  }

  /** The server has new files: a page that nobody is using loads itself anew (edition.js). */
  compare(edition) {
    if (edition && edition !== EDITION) import("./edition.js").then((room) => room.renewWhenIdle(edition, this.inUse));
  }

  refreshLater() {
    this.later ??= setTimeout(() => {
      this.later = undefined;
      this.refresh();
    }, POLL_EVERY * (1 + Math.random()));
  }

  /**
   * A picture that was asked for after a newer one was shown can be older for one reason only: the server has gone back,
   * to a backup. Once a second answer says so, what is shown counts for nothing. (Several servers behind one address may
   * differ for a moment, but not for so long.)
   */
  notice(screen, sent) {
    if (!isNewer(this.seen, pictureOf(screen)) || sent < this.seenAt) {
      this.gone = undefined;
    } else if (this.gone === undefined) {
      this.gone = sent;
      setTimeout(() => this.refresh(), SURELY + 100);
    } else if (sent - this.gone > SURELY) {
      this.gone = undefined;
      const root = this.picture.querySelector("[data-screen]");
      if (root) Object.assign(root.dataset, { seq: -1, turnoutSeq: -1 });
      this.see({ seq: -1, turnoutSeq: -1 });
    }
  }

  see(picture) {
    this.seen = picture;
    this.seenAt = performance.now();
  }

  headers() {
    return this.token ? { Authorization: `Bearer ${this.token}`, Accept: "application/json" } : { Accept: "application/json" };
  }

  /** Hand a screen on if it is newer than what is shown. A private answer (`you`) always counts. */
  consider(screen) {
    if (this.socket.connected) this.say("live");
    this.heard();
    keepAwake(screen.session?.phase !== "closed");
    const newer = isNewer(pictureOf(screen), this.seen);
    if (newer) this.see(pictureOf(screen));
    if (newer || screen.you) this.onScreen(screen);
  }

  /** Fetch the picture that the server draws of the screen, or null when it could not be had. */
  async draw() {
    try {
      const answer = await fetch(this.picture.dataset.picture, { cache: "no-store", signal: AbortSignal.timeout(8000), redirect: "error" });
      if (answer.status === 410) this.refresh();
      if (!answer.ok) return null;
      const drawn = document.createElement("template");
      const text = await answer.text();
      drawn.innerHTML = text;
      this.onDrawn?.(text, answer.headers.get("Folkmoot-Keep"));
      const root = drawn.content.querySelector("[data-screen]");
      if (root) {
        const picture = { seq: Number(root.dataset.seq), turnoutSeq: Number(root.dataset.turnoutSeq) };
        if (isNewer(picture, this.seen)) this.see(picture);
      }
      return root;
    } catch {
      // the screen was newer than the picture: the next screen or poll asks again
      this.see(seenIn(this.picture));
      return null;
    }
  }

  say(state, words) {
    sayConnection(state, words);
  }
}

/** How the connection is, in words: "live", "polling" or "lost". */
export function sayConnection(state, words = WORDS[state === "lost" && "kept" in page ? "kept" : state]) {
  for (const line of document.querySelectorAll("[data-connection]")) {
    line.dataset.state = state;
    const text = line.querySelector("[data-connection-words]");
    if (text.textContent !== words) text.textContent = words;
  }
}

/** Say, or no longer say, that the server cannot write at the moment; on the console also why. */
function tellStoring(storing, why) {
  for (const banner of document.querySelectorAll("[data-not-storing]")) {
    for (const place of banner.querySelectorAll("[data-not-storing-why]")) place.textContent = why;
    banner.hidden = storing;
  }
}

/** The same from the header of an answer: “no, its disk is full”, or none. */
export function tellOfHeader(answer) {
  const said = answer.headers.get("Folkmoot-Storing") ?? "";
  tellStoring(!said.startsWith("no"), said.replace(/^no, /, ""));
}

const pictureOf = (screen) => ({ seq: screen.seq, turnoutSeq: screen.turnout_seq });

function seenIn(picture) {
  const root = picture.querySelector("[data-screen]");
  return { seq: Number(root?.dataset.seq ?? -1), turnoutSeq: Number(root?.dataset.turnoutSeq ?? -1) };
}

/** A button that is replaced between the pressing and the letting go is never pressed: so no picture changes under a finger. */
const press = {
  since: -Infinity,
  begin() {
    this.since = performance.now();
  },
  end() {
    setTimeout(() => (this.since = -Infinity)); // the click comes after the letting go
  },
  async over() {
    while (performance.now() - this.since < LONGEST_PRESS) await new Promise((resolve) => setTimeout(resolve, 20));
  },
};
for (const began of ["pointerdown", "keydown"]) addEventListener(began, () => press.begin(), true);
for (const ended of ["pointerup", "pointercancel", "keyup"]) addEventListener(ended, () => press.end(), true);

/** Draw again when asked: one picture at a time, the latest wish wins, and a picture that could not be had is tried again. */
export function drawer(connection, show) {
  let drawing = false;
  let again = false;
  return async function redraw() {
    if (drawing) {
      again = true;
      return;
    }
    drawing = true;
    const drawn = await connection.draw();
    if (drawn) await keepStyles(drawn);
    if (drawn) await press.over();
    drawing = false;
    if (drawn) show(drawn);
    if (again || !drawn) {
      again = false;
      setTimeout(redraw, drawn ? 0 : 1000 + 1000 * Math.random());
    }
  };
}

/** A style that came with a picture stays when the picture is replaced: nothing is shown without it for a moment. */
function keepStyles(drawn) {
  const known = new Set([...document.head.querySelectorAll('link[rel="stylesheet"]')].map((link) => link.href));
  for (const link of document.body.querySelectorAll('link[rel="stylesheet"]')) {
    if (!known.has(link.href)) document.head.append(link.cloneNode());
    known.add(link.href);
  }
  const coming = [];
  for (const link of drawn.querySelectorAll('link[rel="stylesheet"]')) {
    if (known.has(link.href)) link.remove();
    else coming.push(worn(link));
  }
  return Promise.race([Promise.all(coming), new Promise((over) => setTimeout(over, STYLES_WITHIN))]);
}

/** Put a style on; kept once it is there, or cannot be had. */
function worn(link) {
  return new Promise((there) => {
    link.onload = link.onerror = there;
    document.head.append(link);
  });
}

/** Say something to people who listen to the page. */
export function sayer() {
  const place = document.getElementById("say");
  return (words) => {
    if (place) place.textContent = words;
  };
}

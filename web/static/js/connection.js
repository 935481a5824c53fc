// The line to the server: whole screens only, the newer one wins, and the state of the line is always said in words.
//
// The socket shows; HTTP asks. After any gap (a new connection, a tablet waking up, the network coming back) the screen is
// asked for by GET. While the socket is down it is asked for every three seconds. Times come from the server's clock:
// the offset of the quickest of the last answers, so a wrong clock on a tablet does no harm.

import { _ } from "./words.js";
import { io } from "../vendor/socket.io.esm.min.js";

const POLL_EVERY = 3000;
const SAMPLES = 5;
const LONGEST_PRESS = 4000; // milliseconds; a finger that rests longer reads, and may see what is new
const WORDS = {
  live: _("Connected"),
  polling: _("Connected, a little slower than usual"),
  lost: _("No connection. Trying again…"),
};

/** Is this picture (seq, turnout_seq) newer than that one? */
export function isNewer(picture, than) {
  if (picture.seq !== than.seq) return picture.seq > than.seq;
  return picture.turnoutSeq > than.turnoutSeq;
}

/** The server's clock, as far as this device can tell. */
export class ServerClock {
  constructor() {
    this.samples = [];
  }

  /** An answer said `now` and took from `sent` to `received` (both by performance.now). */
  learn(now, sent, received) {
    const offset = Date.parse(now) - (sent + received) / 2;
    this.samples = [...this.samples.slice(1 - SAMPLES), { offset, trip: received - sent }];
  }

  /** Forget what was learned: this device's own clock may have stood still while it slept. */
  forget() {
    this.samples = [];
  }

  now() {
    if (this.samples.length === 0) return Date.now();
    const best = this.samples.reduce((a, b) => (b.trip < a.trip ? b : a));
    return performance.now() + best.offset;
  }
}

export class Connection {
  /**
   * @param {{audience: string, token?: string, session?: string, picture: HTMLElement, from?: string,
   *          onScreen: (screen: object) => void, onAnswer?: (screen: object) => void, onSignedOut?: () => void}} wiring
   *        `from`: where the whole screen is asked for; `onAnswer` hears every answer to that, also one that is not newer
   */
  constructor({ audience, token, session, picture, onScreen, from = "/api/screen", onAnswer, onSignedOut }) {
    Object.assign(this, { audience, token, session, picture, onScreen, from, onAnswer, onSignedOut });
    this.clock = new ServerClock();
    this.seen = seenIn(picture);
    this.fresh = false;
    this.asking = null;
    this.say("polling");
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
    this.socket.on("backups", ({ why }) => tellBackups(why));
    this.socket.on("disconnect", () => this.refresh());
    this.socket.on("connect_error", () => this.retrySoon());
    const wake = () => {
      if (document.visibilityState === "hidden") return;
      this.clock.forget();
      if (!this.socket.connected) this.socket.connect();
      this.refresh();
    };
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("pageshow", wake);
    window.addEventListener("online", wake);
    window.addEventListener("offline", () => this.say("lost"));
    setInterval(() => {
      if (!this.socket.connected && document.visibilityState !== "hidden") this.refresh();
    }, POLL_EVERY);
    this.refresh();
  }

  /** The server refused the handshake or could not be reached: socket.io gives up on a refusal, we do not. */
  retrySoon() {
    this.refresh();
    if (!this.socket.active) setTimeout(() => this.socket.connect(), POLL_EVERY * (1 + Math.random()));
  }

  /** Ask for the whole screen; never twice at once. */
  refresh() {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  async ask() {
    const query = new URLSearchParams({ audience: this.audience });
    if (this.session) query.set("session", this.session);
    const sent = performance.now();
    try {
      const answer = await fetch(`${this.from}?${query}`, { headers: this.headers(), cache: "no-store", signal: AbortSignal.timeout(8000) });
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
      this.clock.learn(screen.now, sent, performance.now());
      this.say(this.socket.connected ? "live" : "polling");
      this.consider(screen);
      this.onAnswer?.(screen);
    } catch {
      this.say("lost");
    }
  }

  headers() {
    return this.token ? { Authorization: `Bearer ${this.token}`, Accept: "application/json" } : { Accept: "application/json" };
  }

  /** Hand a screen on if it is newer than what is shown. A private answer (`you`) always counts. */
  consider(screen) {
    if (this.socket.connected) this.say("live");
    const picture = { seq: screen.seq, turnoutSeq: screen.turnout_seq };
    if (isNewer(picture, this.seen) || screen.you) {
      if (isNewer(picture, this.seen)) this.seen = picture;
      this.onScreen(screen);
    }
  }

  /** Fetch the picture that the server draws of the screen, or null when it could not be had. */
  async draw() {
    try {
      const answer = await fetch(this.picture.dataset.picture, { cache: "no-store", signal: AbortSignal.timeout(8000), redirect: "error" });
      if (answer.status === 410) this.refresh();
      if (!answer.ok) return null;
      const drawn = document.createElement("template");
      drawn.innerHTML = await answer.text();
      const root = drawn.content.querySelector("[data-screen]");
      if (root) {
        const picture = { seq: Number(root.dataset.seq), turnoutSeq: Number(root.dataset.turnoutSeq) };
        if (isNewer(picture, this.seen)) this.seen = picture;
      }
      return root;
    } catch {
      // the screen was newer than the picture: the next screen or poll asks again
      this.seen = seenIn(this.picture);
      return null;
    }
  }

  say(state, words = WORDS[state]) {
    for (const line of document.querySelectorAll("[data-connection]")) {
      line.dataset.state = state;
      const text = line.querySelector("[data-connection-words]");
      if (text.textContent !== words) text.textContent = words;
    }
  }
}

/** Say, or no longer say, that the server cannot write at the moment; on the console also why. */
function tellStoring(storing, why) {
  for (const banner of document.querySelectorAll("[data-not-storing]")) {
    for (const place of banner.querySelectorAll("[data-not-storing-why]")) place.textContent = why;
    banner.hidden = storing;
  }
}

/** On the console, and nowhere else: why no backups are made, or nothing. */
function tellBackups(why) {
  for (const banner of document.querySelectorAll("[data-no-backups]")) {
    if (why) banner.querySelector("[data-no-backups-why]").textContent = why;
    banner.hidden = !why;
  }
}

/** The same from the header of an answer: “no, its disk is full”, or none. */
export function tellOfHeader(answer) {
  const said = answer.headers.get("Folkmoot-Storing") ?? "";
  tellStoring(!said.startsWith("no"), said.replace(/^no, /, ""));
}

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
    if (drawn) await press.over();
    drawing = false;
    if (drawn) keepStyles(drawn);
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
  for (const link of drawn.querySelectorAll('link[rel="stylesheet"]')) {
    if (known.has(link.href)) link.remove();
    else document.head.append(link);
  }
}

/** Keep every timer on the page going by the server's clock; say the last minutes aloud, once each. */
export function keepTimers(clock, say) {
  const said = new Set();
  const tick = () => {
    for (const timer of document.querySelectorAll("[data-ends-at]")) {
      const left = Math.ceil((Date.parse(timer.dataset.endsAt) - clock.now()) / 1000);
      const text = clockText(left);
      const shown = timer.querySelector("[data-clock]");
      if (shown.textContent !== text) shown.textContent = text;
      const word = timer.querySelector("[data-clock-word]");
      const side = left < 0 ? _("over") : _("left");
      if (word.textContent !== side) word.textContent = side;
      timer.classList.toggle("fm-timer--over", left < 0);
      if (timer.dataset.quiet !== undefined) continue; // a speech: its speaker sees it, and nobody is talked over
      for (const [limit, words] of [[300, _("Five minutes left")], [60, _("One minute left")], [0, _("The time is up")]]) {
        const name = `${timer.dataset.endsAt} ${limit}`;
        if (left <= limit && left > limit - 3 && !said.has(name)) {
          said.add(name);
          say?.(words);
        }
      }
    }
  };
  tick();
  setInterval(tick, 250);
  return tick;
}

/** 754 → "12:34"; −30 → "0:30", beside which a word says that it is over. */
export function clockText(seconds) {
  const left = Math.abs(seconds);
  const hours = Math.floor(left / 3600);
  const minutes = String(Math.floor(left / 60) % 60);
  const rest = String(left % 60).padStart(2, "0");
  return hours ? `${hours}:${minutes.padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Say something to people who listen to the page. */
export function sayer() {
  const place = document.getElementById("say");
  return (words) => {
    if (place) place.textContent = words;
  };
}

/** A turnout that moved needs no new picture: only its number and its bar. */
export function showTurnout(turnout) {
  if (!turnout) return;
  for (const place of document.querySelectorAll("[data-turnout-cast]")) place.textContent = String(turnout.cast);
  for (const place of document.querySelectorAll("[data-turnout-of]")) place.textContent = String(turnout.of);
  for (const bar of document.querySelectorAll("[data-turnout-bar]")) {
    bar.setAttribute("width", String(turnout.of ? Math.floor((1000 * turnout.cast) / turnout.of) : 0));
  }
}

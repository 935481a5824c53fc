// The server's time on any device, and every timer on the page by it.
//
// Each answer says the moment at which it was made. Of the last answers the one that was quickest is believed, for it can
// be wrong by half its way at most; from there the steady clock of the device goes on, so that a device whose own clock is
// a day wrong, or is set while the page is open, shows the right time.

import { _ } from "./words.js";

const SAMPLES = 5;
const OLD = 900000; // milliseconds; crystals drift by some tenths of a second in an hour

/** The server's clock, as far as this device can tell. */
export class ServerClock {
  /** @param {string} [drawn]  the moment at which the page was drawn, which the page says */
  constructor(drawn) {
    this.samples = [];
    this.old = false;
    const way = performance.getEntriesByType?.("navigation")[0];
    if (drawn && way?.responseStart) this.learn(drawn, way.requestStart, way.responseStart);
  }

  /** An answer said `now` and took from `sent` to `received` (both by performance.now). */
  learn(now, sent, received) {
    const fresh = this.old ? [] : this.samples.filter((one) => received - one.received < OLD);
    this.old = false;
    this.samples = [...fresh.slice(1 - SAMPLES), { offset: Date.parse(now) - (sent + received) / 2, trip: received - sent, received }];
  }

  /** This device may have slept, and its steady clock with it: the next answer alone counts. */
  forget() {
    this.old = true;
  }

  best() {
    return this.samples.reduce((a, b) => (b.trip < a.trip ? b : a));
  }

  now() {
    return this.samples.length ? performance.now() + this.best().offset : Date.now();
  }

  /** By how much it may be wrong, where that can still be bettered by asking again. */
  doubt() {
    return this.samples.length < SAMPLES ? this.best().trip / 2 : 0;
  }

  /** How long ago it was last told. */
  age() {
    return performance.now() - (this.samples.at(-1)?.received ?? 0);
  }
}

const LONGEST = 500; // milliseconds between two looks at a timer
const SPOKEN = [
  [300, _("Five minutes left")],
  [60, _("One minute left")],
  [0, _("The time is up")],
];

/** Keep every timer on the page going by the server's clock; say the last minutes aloud, once each. */
export function keepTimers(clock, say) {
  const said = new Set();
  const tick = () => {
    if (!clock.samples.length) return LONGEST; // a page that was kept, and no server has said the time: better none than a wrong one
    const now = clock.now();
    let next = LONGEST;
    for (const timer of document.querySelectorAll("[data-ends-at]")) {
      const milliseconds = Date.parse(timer.dataset.endsAt) - now;
      const left = Math.ceil(milliseconds / 1000);
      next = Math.min(next, milliseconds - (left - 1) * 1000 + 1); // when the second is over
      const text = clockText(left);
      const shown = timer.querySelector("[data-clock]");
      if (shown.textContent !== text) shown.textContent = text;
      const word = timer.querySelector("[data-clock-word]");
      const side = left < 0 ? _("over") : _("left");
      if (word.textContent !== side) word.textContent = side;
      timer.classList.toggle("fm-timer--over", left < 0);
      if (timer.dataset.quiet !== undefined) continue; // a speech: its speaker sees it, and nobody is talked over
      for (const [limit, words] of SPOKEN) {
        const name = `${timer.dataset.endsAt} ${limit}`;
        if (left <= limit && left > limit - 3 && !said.has(name)) {
          said.add(name);
          say?.(words);
        }
      }
    }
    return next;
  };
  const go = () => setTimeout(go, tick() || LONGEST);
  go();
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

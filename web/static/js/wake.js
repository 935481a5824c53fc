// When a device comes back: shown or thawed again, on the network again, or after it slept without a word (then a second
// took longer than it can). Whoever waits for something asks again now, and not when its patience is over.

const BEAT = 1000;
const GAP = 10000; // milliseconds between two beats that only a sleep explains
const acts = new Set();
let beaten = Date.now();

/** Call this at every return, with whether the network is new. Gives what ends that. */
export function onWake(act) {
  acts.add(act);
  return () => acts.delete(act);
}

function woke(event) {
  if (document.visibilityState !== "hidden") for (const act of [...acts]) act(event?.type === "online");
}

window.addEventListener("online", woke);
window.addEventListener("pageshow", (event) => event.persisted && woke(event)); // not when the page has just been loaded
document.addEventListener("visibilitychange", woke);
document.addEventListener("resume", woke);
setInterval(() => {
  const now = Date.now();
  if (now - beaten > GAP) woke();
  beaten = now;
}, BEAT);

/** Wait so long, or until the device comes back. */
export function nap(milliseconds) {
  return new Promise((over) => {
    const rise = () => {
      clearTimeout(timer);
      quiet();
      over();
    };
    const timer = setTimeout(rise, milliseconds);
    const quiet = onWake(rise);
  });
}

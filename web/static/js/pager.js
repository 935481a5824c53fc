// A list that is too long for a hall screen, page by page: every few seconds the next one, by the server's clock, so that
// all screens turn together and a new picture does not begin again. Who asked their computer for less motion turns the
// pages by hand, and anybody can hold one (WCAG 2.2.2).

const RHYTHM = 12000; // milliseconds: time to find a name
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

let held = still.matches;
let at = 0; // the page on which it is held
let [pages, show, controls, clock, now] = [0, () => {}, null, null, -1];

/** Turn so many pages from now on; `showPage(n)` puts one on the screen and gives its words. */
export function turnPages(serverClock, root, many, showPage) {
  [clock, pages, show, now, controls] = [serverClock, many, showPage, -1, root.querySelector("[data-pager]")];
  if (controls) {
    controls.hidden = many < 2;
    controls.querySelector("[data-page-turn]").onclick = () => {
      at = (page() + 1) % pages;
      held = true;
      turn();
    };
    controls.querySelector("[data-page-hold]").onclick = () => {
      at = page();
      held = !held;
      turn();
    };
  }
  turn();
}

const page = () => (held ? at % pages : Math.floor(clock.now() / RHYTHM) % pages);

function turn() {
  if (!pages) return;
  const next = page();
  if (controls) {
    const hold = controls.querySelector("[data-page-hold]");
    if (hold.getAttribute("aria-pressed") !== String(held)) hold.setAttribute("aria-pressed", String(held));
    const words = held ? "Go on" : "Pause";
    if (hold.textContent !== words) hold.textContent = words;
  }
  if (next === now) return;
  now = next;
  const words = show(next);
  if (controls) controls.querySelector("[data-page-words]").textContent = words;
}

setInterval(turn, 500);

// The hall screen: nobody touches it for a day. It draws a new picture when the session moves on, moves the turnout in
// place, and comes back by itself after the server or the network was away.

import { keepTimers } from "./clock.js";
import { Connection, drawer } from "./connection.js";
import { layList } from "./hall_list.js";
import { layMap } from "./hall_map.js";
import { setUpModules } from "./modules.js";
import { turnPages } from "./pager.js";
import { showTurnout } from "./turnout.js";
import { keepWall } from "./wall.js";

const place = document.getElementById("picture");
const SMALLEST = 8;
const LOOK_AGAIN = 30000; // milliseconds

const connection = new Connection({
  audience: "hall",
  token: place.dataset.token,
  picture: place,
  onAnswer: (screen) => {
    if (screen.shows && screen.shows !== place.querySelector("[data-screen]")?.dataset.shows) redraw();
  },
  onSignedOut: () => location.reload(), // the screen was taken away: the page says so
  onScreen: (screen) => {
    const shown = Number(place.querySelector("[data-screen]")?.dataset.seq);
    if (screen.seq === shown && screen.turnout) showTurnout(screen.turnout);
    else redraw(); // answers to the running item move without a row of the journal
  },
});
const tick = keepTimers(connection.clock);
connection.socket.on("again", () => connection.refresh()); // it is to show something else
setInterval(() => connection.refresh(), LOOK_AGAIN);

const redraw = drawer(connection, (drawn) => {
  place.replaceChildren(drawn);
  tick();
  fit();
  setUpModules(place);
});

/** The largest letters with which the whole picture is on the screen; hall.css says how large each step is. */
function fit() {
  const picture = place.querySelector("[data-screen]");
  picture.dataset.fit = 0;
  const paged = layMap(picture) ?? layList(picture);
  turnPages(connection.clock, picture, paged?.many ?? 0, paged?.show);
  if (paged && !picture.querySelector("[data-paged]")) return;
  for (let step = 0; step <= SMALLEST; step += 1) {
    picture.dataset.fit = step;
    if (document.documentElement.scrollHeight <= window.innerHeight) return;
  }
}
fit();
setUpModules(place);
window.addEventListener("resize", fit);
document.fonts?.ready.then(fit);

keepWall(connection);

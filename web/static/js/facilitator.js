// The console and the scrutineer’s and observer’s pages, live. Each region is replaced by itself; one that holds a form somebody is filling in is left alone.

import { clockText, keepTimers } from "./clock.js";
import { Connection, drawer, sayer } from "./connection.js";
import { showLocalTimes } from "./page.js";
import { Contributions } from "./contribute.js";
import { setUpModules } from "./modules.js";
import { keepForecast } from "./plan.js";
import { Regions } from "./regions.js";
import { showTurnout } from "./turnout.js";

const place = document.getElementById("picture");
const say = sayer();
const regions = new Regions(place);

const connection = new Connection({
  audience: place.dataset.audience,
  session: place.dataset.session,
  picture: place,
  inUse: () => regions.someInUse(),
  onScreen: (screen) => {
    showTurnout(screen.turnout);
    redraw();
  },
});
connection.socket.on("backups", ({ why }) => tellBackups(why));
const tick = keepTimers(connection.clock, say);
const tickPlan = keepForecast(connection.clock);

const redraw = drawer(connection, renew);

// who needs help changes by the clock, too, and by tablets that fall asleep
const LOOK_AGAIN = 10000;
setInterval(() => {
  if (place.querySelector('[data-region="help"]') && document.visibilityState === "visible") redraw();
}, LOOK_AGAIN);

const contributions = new Contributions({
  who: `${place.dataset.audience} ${place.dataset.session}`,
  place,
  say,
  onSent: (form) => {
    const region = form?.closest("[data-region]");
    if (region) regions.finished(region);
    document.activeElement?.blur();
    redraw();
  },
});
contributions.restore(place);
setUpModules(place);

function renew(drawn) {
  regions.renew(drawn);
  showLocalTimes(place);
  contributions.restore(place);
  setUpModules(place);
  showUndo();
  tick();
  tickPlan();
}

/** On the console, and nowhere else: why no backups are made, or nothing. */
function tellBackups(why) {
  for (const banner of document.querySelectorAll("[data-no-backups]")) {
    if (why) banner.querySelector("[data-no-backups-why]").textContent = why;
    banner.hidden = !why;
  }
}

/** Undo goes when its ten seconds are over. */
function showUndo() {
  const bar = place.querySelector("[data-until]");
  if (!bar) return;
  const left = Math.ceil((Date.parse(bar.dataset.until) - connection.clock.now()) / 1000);
  bar.hidden = left <= 0;
  const button = bar.querySelector("button");
  if (button) button.textContent = `Undo (${clockText(Math.max(0, left)).replace("0:0", "").replace("0:", "")})`;
}
setInterval(showUndo, 250);
showUndo();

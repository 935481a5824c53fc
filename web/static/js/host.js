// The table host’s page, live: regions change by themselves, what is typed is kept and sent, and after a note has been
// added its box is ready for the next one.

import { keepTimers } from "./clock.js";
import { Connection, drawer, sayer } from "./connection.js";
import { Contributions } from "./contribute.js";
import { setUpModules } from "./modules.js";
import { Regions } from "./regions.js";

const LOOK_AGAIN = 20000; // the minutes of a call go on by the clock

const place = document.getElementById("picture");
const notice = document.getElementById("notice");
const say = sayer();
const regions = new Regions(place);
const inUse = () => regions.someInUse();
const connection = new Connection({ audience: "host", session: place.dataset.session, picture: place, inUse, onScreen: () => redraw() });
const tick = keepTimers(connection.clock, say);
const redraw = drawer(connection, renew);
const contributions = new Contributions({ who: `host ${place.dataset.session}`, place, say, onSent: added });

setUp();
setInterval(() => {
  if (place.querySelector(".fm-helpcard__open") && document.visibilityState === "visible") redraw();
}, LOOK_AGAIN);

/** A tap that was answered asks for the new picture at once; what is wrong stands above it until the next tap. */
place.addEventListener("fm-tapped", (event) => {
  notice.textContent = event.detail.words;
  notice.hidden = event.detail.words === "";
  redraw();
});

function added(form) {
  const region = form?.closest("[data-region]");
  if (region) regions.finished(region);
  const box = form?.querySelector("textarea")?.id;
  document.activeElement?.blur();
  redraw();
  if (box?.startsWith("note-")) document.getElementById(box)?.focus({ preventScroll: true });
}

function renew(drawn) {
  regions.renew(drawn);
  setUp();
  tick();
}

function setUp() {
  contributions.restore(place);
  setUpModules(place);
}

// Every page: GOV.UK Frontend's own components, and the hall's time for the moments of the server.

import { initAll } from "../vendor/govuk-frontend.min.js";
import { dropPages } from "./offline.js";

const HALL = "Europe/London"; // as facilitation/times.py has it: a device that was set up elsewhere shows the hall's time, too
const CHANGES_HANDS = 'form[action="/join"], form[action="/sign-out"]'; // the last page of whoever was here is nobody's then

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
showLocalTimes(document);
document.addEventListener("submit", (event) => {
  if (event.target.matches(CHANGES_HANDS)) dropPages();
});

/** Show the moments in <time data-time> as the clock on the wall of the hall shows them. */
export function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[data-time]")) {
    const moment = new Date(time.dataset.time);
    time.dateTime = time.dataset.time;
    time.textContent = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: HALL });
  }
}

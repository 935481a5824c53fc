// Every page: GOV.UK Frontend's own components, and local times instead of the server's.

import { initAll } from "../vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
showLocalTimes(document);

/** Show the moments in <time data-time> as the clock on this wall shows them. */
export function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[data-time]")) {
    const moment = new Date(time.dataset.time);
    time.dateTime = time.dataset.time;
    time.textContent = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  }
}

// The plan against the clock, between two pictures: when the session ends as it goes now, and how far behind that is.

import { showLocalTimes } from "./page.js";

/** Keep every [data-plan] on the page as the clock goes; the same reckoning as the server’s. */
export function keepForecast(clock) {
  const tick = () => {
    for (const plan of document.querySelectorAll("[data-plan]")) {
      const reached = Math.max(clock.now(), Date.parse(plan.dataset.reached) || 0);
      const expected = reached + 1000 * Number(plan.dataset.rest);
      const behind = Math.floor((expected - Date.parse(plan.dataset.planned)) / 60000);
      put(plan.querySelector("[data-drift]"), driftWords(behind));
      const time = plan.querySelector("[data-expected]");
      time.dataset.time = new Date(expected).toISOString();
      showLocalTimes(plan);
      plan.classList.toggle("fm-drift--late", behind > 4);
    }
  };
  tick();
  setInterval(tick, 5000);
  return tick;
}

function put(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** 12 → "12 minutes behind"; −1 → "1 minute in hand". */
export function driftWords(behind) {
  if (behind === 0) return "On time";
  const many = Math.abs(behind) === 1 ? "1 minute" : `${Math.abs(behind)} minutes`;
  return `${many} ${behind > 0 ? "behind" : "in hand"}`;
}

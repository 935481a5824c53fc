// How many have voted, on the console and in the hall.

/** A turnout that moved needs no new picture: only its number and its bar. */
export function showTurnout(turnout) {
  if (!turnout) return;
  for (const place of document.querySelectorAll("[data-turnout-cast]")) place.textContent = String(turnout.cast);
  for (const place of document.querySelectorAll("[data-turnout-of]")) place.textContent = String(turnout.of);
  for (const bar of document.querySelectorAll("[data-turnout-bar]")) {
    bar.setAttribute("width", String(turnout.of ? Math.floor((1000 * turnout.cast) / turnout.of) : 0));
  }
}

// While a session runs the screen stays on, where the browser allows it: not over plain HTTP, and not on a low battery.
// Then the page says that it may go dark.

import { _ } from "./words.js";

let wanted = false;
let held = null;

/** Keep the screen on, or let it go dark again. */
export function keepAwake(wish) {
  if (wish === wanted) return;
  wanted = wish;
  if (wish) hold();
  else held?.release();
}

async function hold() {
  if (!wanted || held || document.visibilityState === "hidden") return;
  try {
    held = await navigator.wakeLock.request("screen");
    held.addEventListener("release", () => {
      held = null;
    });
    if (!wanted) held.release();
    tell("");
  } catch {
    tell(_("This screen may go dark by itself. Touch it to wake it."));
  }
}

function tell(words) {
  for (const line of document.querySelectorAll("[data-awake]")) line.textContent = words;
}

// the browser lets go whenever the page is hidden
document.addEventListener("visibilitychange", hold);

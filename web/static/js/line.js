// How the connection is, on pages of a shared tablet that nobody has taken yet, and which have no socket: asked now and then.

import { sayConnection, tellOfHeader } from "./connection.js";
import { onWake } from "./wake.js";

const EVERY = 5000;
const PATIENCE = 4000;

async function look() {
  if (document.visibilityState === "hidden") return;
  try {
    const how = { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch("/pair/state", how);
    tellOfHeader(answer);
    sayConnection(answer.ok ? "live" : "lost");
  } catch {
    sayConnection("lost");
  }
}

look();
setInterval(look, EVERY);
onWake(look);
window.addEventListener("offline", () => sayConnection("lost"));

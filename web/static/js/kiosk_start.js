// The first screen of a shared tablet: whatever a browser may have kept is wiped, and a page that comes back is fetched anew.

import { wipe } from "./wipe.js";

wipe();
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
document.getElementById("code")?.focus();

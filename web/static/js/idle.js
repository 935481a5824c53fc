// Pages of staff who signed in with an account: whoever works stays signed in, and nobody is signed out without a warning.

const OFTEN = 5 * 60; // seconds between two times that somebody at the page is told to the server
const WARN = 5 * 60; // seconds before the end
let told = performance.now();
let atWork = false;

for (const kind of ["pointerdown", "keydown", "input"]) {
  document.addEventListener(kind, () => { atWork = true; }, { passive: true, capture: true });
}
if (!document.querySelector(".fm-signin")) look();

/** Look how long is left; say that somebody was here; or warn. */
async function look() {
  let left = WARN + 1;
  try {
    left = await ask(atWork && performance.now() - told > OFTEN * 1000);
  } catch {
    // no connection: the page's own line says so, and we look again
  }
  show(left);
  setTimeout(look, left > WARN + 60 ? 60000 : 15000);
}

async function ask(stay) {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const answer = await fetch(stay ? "/rooms/stay" : "/rooms/left", {
    method: stay ? "POST" : "GET",
    headers: { Accept: "application/json", "X-CSRF-Token": token },
    cache: "no-store",
  });
  if (stay) {
    told = performance.now();
    atWork = false;
  }
  return answer.ok ? (await answer.json()).left : 0;
}

function show(left) {
  const known = document.getElementById("idle");
  if (left > WARN) {
    known?.remove();
    return;
  }
  const words = left > 0
    ? `You will be signed out in ${Math.ceil(left / 60)} ${Math.ceil(left / 60) === 1 ? "minute" : "minutes"}.`
    : "You have been signed out. What you typed is still here: send it as usual, and you are asked to sign in first.";
  if (known?.dataset.words === words) return;
  known?.remove();
  const line = document.createElement("div");
  line.id = "idle";
  line.className = "fm-idle";
  line.dataset.words = words;
  line.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.className = "govuk-body";
  text.textContent = words;
  line.append(text, ...(left > 0 ? [button()] : []));
  document.body.append(line);
}

function button() {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "govuk-button fm-flush";
  made.textContent = "Stay signed in";
  made.addEventListener("click", async () => show(await ask(true)));
  return made;
}

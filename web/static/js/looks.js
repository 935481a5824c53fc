// How the page looks, changed in place: sizes and colours at once, words by drawing the page again where nothing is lost.
//
// What is filled in, which step a ballot is at, what is open, where the page stands and what has the focus are kept in the
// memory of this tab while it is drawn again. Ballots keep their own draft (ballots/draft.js); this room keeps the rest.

const KEPT = "look place";
const WORDS = ["language", "reading", "voice"];
const page = document.documentElement;

document.addEventListener("click", async (event) => {
  const button = event.target.closest('button[name="look"]');
  if (!button) return;
  event.preventDefault();
  const [name, value] = button.value.split(" ");
  if (!WORDS.includes(name)) wear(name, value);
  const kept = await tellServer(button.value);
  if (kept && WORDS.includes(name)) drawAgain(button.value);
  else if (kept === false) location.reload(); // the page is too old: the new one says how it is
});

/** Put this choice on: a class of the page, and the button that is pressed. */
function wear(name, value) {
  for (const old of [...page.classList]) if (old.startsWith(`fm-${name}-`)) page.classList.remove(old);
  if (value !== "normal") page.classList.add(`fm-${name}-${value}`);
  for (const one of document.querySelectorAll(`[data-look-group="${name}"] button`)) {
    one.setAttribute("aria-pressed", String(one.value === `${name} ${value}`));
  }
}

/** True when it is kept, false when it is refused, undefined when there is no connection. */
async function tellServer(look) {
  try {
    const answer = await fetch("/m/look", {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
      },
      body: JSON.stringify({ look }),
      signal: AbortSignal.timeout(10000),
    });
    return answer.ok;
  } catch {
    return undefined;
  }
}

// ---------------------------------------------------------------------------------------------- nothing is lost

const nameOf = (field) => field.id || `${field.form?.getAttribute("action") ?? ""} ${field.name} ${field.value}`;
const isTyped = (field) => field.name && !["hidden", "submit", "button", "password", "file"].includes(field.type) && field.tagName !== "BUTTON";
const stateOf = (field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value);
const fieldsOf = () => [...document.querySelectorAll("input, textarea, select")].filter(isTyped);

function drawAgain(look) {
  const place = {
    path: location.pathname,
    look,
    fields: fieldsOf().map((field) => [nameOf(field), stateOf(field)]),
    step: document.querySelector("[data-ballot] [data-step]:not([hidden])")?.dataset.step,
    again: Boolean(document.querySelector('[data-ballot][data-again]')),
    open: [...document.querySelectorAll("details")].map((one) => one.open),
    top: window.scrollY,
  };
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(place));
  } catch {
    // a tab that may not store: the ballot's draft cannot be kept either, and the page says what it says
  }
  location.reload();
}

function comeBack() {
  let place = null;
  try {
    place = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
  } catch {
    // nothing was kept
  }
  if (place?.path !== location.pathname) return;
  if (place.again) document.querySelector("[data-change-vote]")?.click(); // a vote that is being changed
  const kept = new Map(place.fields);
  for (const field of fieldsOf()) {
    const state = kept.get(nameOf(field));
    if (state === undefined || state === stateOf(field)) continue;
    if (typeof state === "boolean") field.checked = state;
    else field.value = state;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  [...document.querySelectorAll("details")].forEach((one, number) => {
    if (place.open.length > number) one.open = place.open[number];
  });
  if (place.step === "check") document.querySelector("#check")?.click();
  const pressed = document.querySelector(`button[name="look"][value="${place.look}"]:not([class*="language"])`);
  if (pressed?.checkVisibility()) pressed.focus({ preventScroll: true });
  window.scrollTo(0, place.top);
}

// after the page's own script has made the fields that it makes
if (document.readyState === "complete") comeBack();
else window.addEventListener("load", comeBack);

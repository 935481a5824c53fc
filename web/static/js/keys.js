// The keys of the console. They are read off the page at the moment of pressing: every control with `data-key` has one (a
// button in a form without one gets “x” and a number), and `?` lists exactly those. A key never fires while somebody is
// typing, with Ctrl, Alt or Meta, or while it is held down; `data-ask` asks before it acts. Whoever speaks to their
// computer, or whose hand slips, can turn the keys off (WCAG 2.1.4); this browser remembers that.

const OFF = "folkmoot-keys-off";
const PATIENCE = 5000; // milliseconds between two keys of one
const FIELDS = "input:not([type=hidden]), textarea, select";

const list = document.getElementById("keys");
const asking = document.getElementById("ask");
const say = document.getElementById("keys-said");
const opener = document.getElementById("keys-open");
const onOff = document.getElementById("keys-on");
let [typed, since, leaving, asked] = ["", 0, false, null];

opener.hidden = false;
opener.addEventListener("click", showList);
onOff.checked = !isOff();
onOff.addEventListener("change", () => remember(onOff.checked));
asking.addEventListener("close", answered);
document.addEventListener("keydown", pressed);
document.addEventListener("submit", (event) => {
  if (!event.target.closest("dialog, [target=_blank]")) leaving = true; // a second key must not press on the page that is going away
});
window.addEventListener("pageshow", () => (leaving = false));

function isOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false; // this browser keeps nothing: the keys are on
  }
}

function remember(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // this browser keeps nothing
  }
}

/** Every key that there is now, with its control; the first of two equal ones counts. */
function keys() {
  const found = new Map();
  const without = [];
  for (const control of document.querySelectorAll("[data-key], form[method=post] button")) {
    if (!isThere(control)) continue;
    if (!control.dataset.key) without.push(control);
    else if (!found.has(control.dataset.key)) found.set(control.dataset.key, control);
  }
  const wide = String(without.length).length;
  without.forEach((control, place) => found.set(["x", ...String(place + 1).padStart(wide, "0")].join(" "), control));
  return found;
}

/** Is it on the page for anybody who looks, if need be by opening what is folded? */
function isThere(control) {
  if (control.disabled || control.closest("dialog, [hidden]")) return false;
  let seen = control;
  for (let fold = folded(control); fold; fold = folded(fold)) seen = fold;
  return seen.checkVisibility();
}

/** The closed <details> in which this is folded away, if it is. */
function folded(thing) {
  for (let fold = thing.parentElement?.closest("details"); fold; fold = fold.parentElement?.closest("details")) {
    if (!fold.open && thing.closest("summary")?.parentElement !== fold) return fold;
  }
  return null;
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing || event.defaultPrevented) return;
  if (isOff() || leaving || document.querySelector("dialog[open]")) return;
  const held = event.target.closest?.(`${FIELDS}, [contenteditable]`);
  if (held || event.key.length !== 1 || event.key === " ") {
    if (event.key !== "Shift") forget();
    return;
  }
  if (event.key === "?") {
    event.preventDefault();
    forget();
    showList();
    return;
  }
  const key = event.shiftKey ? event.key : event.key.toLowerCase(); // capitals locked, or a digit that needs Shift
  const wish = typed && Date.now() - since < PATIENCE ? `${typed} ${key}` : key;
  const all = keys();
  if (all.has(wish)) {
    event.preventDefault(); // "/" opens a search in some browsers
    forget();
    act(all.get(wish));
  } else if ([...all.keys()].some((one) => one.startsWith(`${wish} `))) {
    event.preventDefault();
    [typed, since] = [wish, Date.now()];
    say.textContent = `${wish} …`;
    setTimeout(() => Date.now() - since >= PATIENCE && forget(), PATIENCE);
  } else {
    forget();
  }
}

function forget() {
  [typed, since] = ["", 0];
  if (say.textContent) say.textContent = "";
}

/** Open what hides it; stand in a field that is to be filled in; ask before what cannot be taken back; or press. */
function act(control) {
  const fold = folded(control);
  for (let each = fold; each; each = folded(each)) each.open = true;
  control.scrollIntoView({ block: "nearest" });
  if (control.matches(FIELDS)) {
    control.focus();
  } else if (fold) {
    (fieldBefore(control) ?? control).focus();
  } else if (control.dataset.ask) {
    ask(control);
  } else {
    control.focus({ preventScroll: true });
    control.click();
  }
}

function fieldBefore(button) {
  return [...(button.form?.elements ?? [])].find((one) => one.matches(FIELDS) && one.checkVisibility());
}

function ask(control) {
  asked = control;
  asking.querySelector("[data-question]").textContent = control.dataset.ask;
  asking.querySelector("[data-yes]").textContent = nameOf(control);
  asking.returnValue = "";
  asking.showModal();
}

function answered() {
  const control = asked;
  asked = null;
  if (asking.returnValue !== "yes" || !control) return;
  // the page may have moved on while the question stood there: press what stands there now, or nothing
  const now = control.isConnected ? control : control.id && document.getElementById(control.id);
  if (now && now.dataset.ask === control.dataset.ask) now.click();
  else say.textContent = "The session has moved on. Look again.";
}

/** What a button says to people who listen; of a field, its label. */
function nameOf(control) {
  const words = control.labels?.[0]?.textContent ?? control.getAttribute("aria-label") ?? control.textContent;
  return words.replace(/\s+/g, " ").trim();
}

function groupOf(control) {
  const region = control.closest("[aria-labelledby]");
  return document.getElementById(region?.getAttribute("aria-labelledby") ?? "")?.textContent.replace(/\s+/g, " ").trim() ?? "This page";
}

function showList() {
  const shown = list.querySelector("[data-list]");
  shown.replaceChildren();
  const groups = new Map();
  for (const [key, control] of keys()) {
    const name = groupOf(control);
    if (!groups.has(name)) groups.set(name, made("dl", "fm-keys__list"));
    groups.get(name).append(...line(key, control));
  }
  for (const [name, lines] of groups) {
    const heading = made("h3", "govuk-heading-s", name);
    heading.dir = "auto";
    shown.append(heading, lines);
  }
  list.showModal();
}

function line(key, control) {
  const term = made("dt", "", "");
  key.split(" ").forEach((one, place) => term.append(place ? " " : "", made("kbd", "fm-kbd", one)));
  const words = made("dd", "", nameOf(control));
  words.dir = "auto";
  return [term, words];
}

function made(tag, name, words = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = words;
  return element;
}

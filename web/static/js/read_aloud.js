// Read this page aloud, by the device's own voice: what stands on it from top to bottom, ballots with their options in order.
//
// Nothing is ever read that nobody asked for, and no choice is: what is ticked, typed or chosen stays silent. Without
// SpeechSynthesis there is no button. Where the device has no Welsh voice, the page says so and reads with the voice it has.

import { _, language } from "./words.js";

const PARTS = "h1, h2, h3, p, li, legend, label, summary, th, td, button, figcaption, dt, dd";
const bar = document.querySelector("[data-aloud]");
const speech = window.speechSynthesis;
let queue = [];
let now = null;

if (bar && speech) setUp();

function setUp() {
  const read = button(_("Read this page aloud"), begin);
  const pause = button(_("Pause"), holdOn);
  const stop = button(_("Stop reading"), end);
  const notice = document.createElement("p");
  notice.className = "fm-look__notice";
  notice.setAttribute("role", "status");
  bar.append(read, pause, stop, notice);
  pause.hidden = stop.hidden = true;
  bar.hidden = false;
  Object.assign(bar, { read, pause, stop, notice });
  window.addEventListener("pagehide", end);
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "fm-look__button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function begin() {
  end();
  queue = partsOf(document.querySelector("main"));
  const voice = voiceFor(language);
  bar.notice.textContent = !voice && language === "cy" ? _("There is no Welsh voice on this device. It reads with the voice that it has.") : "";
  bar.pause.hidden = bar.stop.hidden = false;
  bar.read.hidden = true;
  next();
}

function next() {
  mark(null);
  const part = queue.shift();
  if (!part) return end();
  if (!part.isConnected || !part.checkVisibility()) return next(); // the page has moved on
  const words = wordsOf(part);
  const said = new SpeechSynthesisUtterance(words);
  const voice = voiceFor(part.closest("[lang]")?.lang ?? language);
  if (voice) said.voice = voice;
  said.lang = voice?.lang ?? part.closest("[lang]")?.lang ?? language;
  said.onend = () => now === part && next();
  said.onerror = () => now === part && next();
  mark(part);
  speech.speak(said);
}

function holdOn() {
  if (speech.paused) speech.resume();
  else speech.pause();
  bar.pause.textContent = speech.paused ? _("Go on reading") : _("Pause");
}

function end() {
  queue = [];
  mark(null);
  speech.cancel();
  speech.resume();
  if (!bar.read) return;
  bar.read.hidden = false;
  bar.pause.hidden = bar.stop.hidden = true;
  bar.pause.textContent = _("Pause");
}

/** Show what is being read. */
function mark(part) {
  now?.classList.remove("fm-aloud__now");
  now = part;
  now?.classList.add("fm-aloud__now");
  now?.scrollIntoView({ block: "nearest" });
}

/** What is seen, in its order; of parts inside one another the smallest. */
function partsOf(root) {
  const all = [...root.querySelectorAll(PARTS)].filter((one) => one.checkVisibility() && !one.closest('[aria-hidden="true"]'));
  return all.filter((one) => wordsOf(one) && !all.some((inner) => inner !== one && one.contains(inner) && wordsOf(inner)));
}

function wordsOf(part) {
  return (part.getAttribute("aria-label") ?? part.innerText).replace(/\s+/g, " ").trim();
}

function voiceFor(wanted) {
  const short = wanted.slice(0, 2).toLowerCase();
  return speech.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(short));
}

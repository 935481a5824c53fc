// The member's tablet: choose → check → send, then “kept on this tablet → sent → counted”.
//
// A screen that arrives never touches a ballot that somebody is filling in. If the vote closes meanwhile, the tablet says
// so and leaves the form as it is. What was sent is in the outbox's hands until the server has answered.

import { bringBack, choiceIn, forget, prepare, tellChoice } from "./ballot.js";
import { keepTimers } from "./clock.js";
import { Connection, drawer, sayer } from "./connection.js";
import { Contributions } from "./contribute.js";
import { setUpModules } from "./modules.js";
import { dropPages, keepPages, keepPicture } from "./offline.js";
import { Outbox } from "./outbox.js";
import { Regions } from "./regions.js";
import { canSeal } from "./tokens.js";
import { _ } from "./words.js";

const CLOSED = _("This vote has closed. Your choice was not sent and not counted.");
const CLOSED_BEFORE_THE_CHANGE = _("This vote has closed. Your change was not sent; your vote from before counts.");
const SOMETHING_ELSE = _("The hall has gone on to something else. What you have written is kept.");
const VOTE_WHILE_WRITING = _("A vote has opened. What you have written is kept.");
const TOKEN_EACH = 30; // milliseconds that the server works on one token: all tablets take turns by chance
const TOKEN_WITHIN = 1000; // at least
const place = document.getElementById("picture");
const notice = document.getElementById("notice");
const say = sayer();
document.body.classList.add("fm-scripted");
let touched = false;
const over = new Set();

const outbox = new Outbox({
  member: place.dataset.member,
  csrf: () => document.querySelector('meta[name="csrf-token"]').content,
  onChange: onBallot,
});
const inUse = () => touched || regions.someInUse();
const connection = new Connection({ audience: "member", picture: place, onScreen, inUse, onDrawn: keepPicture, onSignedOut: dropPages });
const regions = new Regions(place);
const contributions = new Contributions({ who: place.dataset.member, place, say, onSent: wroteIt });
const tick = keepTimers(connection.clock, say);
const redraw = drawer(connection, show);
setUp(false);
outbox.resume();
keepPages(Number(shown().present));

function shown() {
  return place.querySelector("[data-screen]").dataset;
}

function ballot() {
  return place.querySelector("[data-ballot]");
}

/** How the round of this ballot is held: {secrecy, changeable}. */
function held(form) {
  return JSON.parse(form.dataset.conduct);
}

/** A tablet that many share keeps no key by which a vote could be changed. */
function onSharedTablet() {
  return document.querySelector("[data-kiosk]") ? { changeable: false } : {};
}

/** Is this the ballot of somebody who has voted and wants to change that? */
function changing(form) {
  return form !== null && "again" in form.dataset;
}

function step() {
  return ballot()?.querySelector("[data-step]:not([hidden])")?.dataset.step;
}

// ---------------------------------------------------------------------------------------------- screens

/** Put a picture in place; the ballot that is there already stays, with all that was chosen in it. */
function show(drawn) {
  for (const number of document.querySelectorAll("[data-own-table]")) number.textContent = drawn.dataset.table;
  const form = ballot();
  const same = form && drawn.querySelector("[data-ballot]")?.dataset.round === form.dataset.round;
  if (same || (form && touched && step() !== "sending")) {
    shown().seq = drawn.dataset.seq;
    if (!same && !(drawn.dataset.round === form.dataset.round && drawn.dataset.state === "open")) tellClosed(form);
    return;
  }
  if (!form && regions.someInUse()) {
    showAround(drawn);
    return;
  }
  const here = place.contains(document.activeElement);
  place.replaceChildren(drawn);
  touched = false;
  setUp(here);
  tick();
}

/** While somebody writes, only what is around it changes. When something else is on, they are told, and go on when they want. */
function showAround(drawn) {
  const names = [...drawn.querySelectorAll("[data-region]")].map((region) => region.dataset.region);
  const kept = regions.all().filter((region) => regions.inUse(region)).every((region) => names.includes(region.dataset.region));
  if (kept) {
    regions.renew(drawn);
    setUpParts();
  } else {
    tell(drawn.dataset.state === "open" ? VOTE_WHILE_WRITING : SOMETHING_ELSE, true);
  }
}

/** What was written has been sent: the picture may change again. */
function wroteIt(form) {
  const region = form?.closest("[data-region]");
  if (region) regions.finished(region);
  document.activeElement?.blur();
  redraw();
}

function setUpParts() {
  contributions.restore(place);
  setUpModules(place);
}

async function onScreen(screen) {
  if (screen.you && (screen.you.elsewhere !== "elsewhere" in shown() || screen.you.member.id !== place.dataset.member)) {
    await contributions.flush(); // the seat is on another tablet now, here again, or another's: nothing half written is lost
    location.reload();
    return;
  }
  const form = ballot();
  const voted = form && !changing(form) && screen.you?.voted[form.dataset.round];
  forgetWhenOver(screen.round);
  if (!form || voted) {
    if (voted && step() !== "sending") touched = false; // this member has voted on another device
    if (screen.seq > Number(shown().seq) || (voted && step() !== "sending")) redraw();
    return;
  }
  const stillOpen = screen.round?.id === form.dataset.round && screen.round.state === "open";
  if (stillOpen) {
    moveTimer(screen.timer);
    tick();
  } else if (step() === "sending" && !("counted" in form.dataset)) {
    return; // the outbox has the last word: counted, or too late
  } else if (touched) {
    tellClosed(form);
    if (step() !== "sending" && screen.seq > Number(shown().seq)) redraw(); // the form stays; the table may be another
  } else {
    redraw();
  }
}

/** Once a round is over, nothing stays here that could change a vote in it or cast one. */
function forgetWhenOver(round) {
  if (!round || round.state === "open" || round.state === "draft" || over.has(round.id)) return;
  over.add(round.id);
  outbox.over(round.id);
}

function tellClosed(form) {
  tell(changing(form) ? CLOSED_BEFORE_THE_CHANGE : CLOSED, true);
}

function moveTimer(timer) {
  const clock = place.querySelector("[data-ends-at]");
  if (!clock || !timer?.ends_at || clock.dataset.endsAt === timer.ends_at) return;
  clock.dataset.endsAt = timer.ends_at;
  say(_("There is more time now."));
}

/** A notice above the form, with a way on. */
function tell(words, wayOn) {
  if (notice.dataset.words === words && notice.childElementCount) return;
  notice.dataset.words = words;
  const box = document.createElement("div");
  box.className = "fm-notice";
  const text = document.createElement("p");
  text.className = "govuk-body";
  text.textContent = words;
  box.append(text);
  if (wayOn) {
    for (const button of place.querySelectorAll("[data-send], #check")) button.disabled = true;
    const on = document.createElement("button");
    on.type = "button";
    on.className = "govuk-button";
    on.textContent = _("Go on");
    on.addEventListener("click", () => {
      quiet();
      touched = false;
      regions.release();
      redraw();
    });
    box.append(on);
  }
  notice.replaceChildren(box);
}

function quiet() {
  notice.replaceChildren();
  delete notice.dataset.words;
}

// ---------------------------------------------------------------------------------------------- the ballot

function setUp(takeFocus) {
  const form = ballot();
  const heading = place.querySelector("h1");
  if (heading) say(heading.textContent);
  if (takeFocus && heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  showTracker();
  offerChange();
  setUpParts();
  if (form) setUpBallot(form);
}

async function setUpBallot(form) {
  const { round } = form.dataset;
  const sealed = held(form).secrecy === "sealed";
  if (sealed && !canSeal()) return cannot("");
  await bringBack(form);
  if (form !== ballot()) return;
  if (prepare(form, say)) touched = true;
  const kept = await outbox.waiting(round);
  const counted = sealed ? await outbox.counted(round) : undefined; // the server cannot know that this tablet has voted
  if (form !== ballot()) return;
  if (kept) onBallot({ ...kept, stage: "kept" });
  else if (counted) onBallot({ ...counted, stage: "counted" });
  if (!sealed || counted) return;
  const turns = Math.max(TOKEN_WITHIN, TOKEN_EACH * Number(shown().present));
  outbox.holdBack(round, turns);
  setTimeout(() => takeToken(form), turns * Math.random());
}

/** Ask for the token of a sealed round; where it cannot be had, say so before anybody fills in the ballot in vain. */
async function takeToken(form) {
  const answer = await outbox.getToken(form.dataset.round);
  if (form !== ballot()) return;
  if (answer?.ok) {
    form.querySelector("[data-key-print]").textContent = answer.token.print;
    form.querySelector("[data-key-line]").hidden = false;
  } else if (answer?.final && answer.code !== "round-not-open" && step() !== "sending") {
    cannot(answer.words);
  }
}

/** This tablet takes no part in a sealed vote: why, and what to do. */
function cannot(words) {
  const told = ballot().querySelector("[data-cannot-words]");
  if (words) told.textContent = words;
  ballot().querySelector("[data-cannot-paper]").hidden = words !== ""; // who has a token elsewhere cannot vote on paper
  go("cannot");
  say(told.textContent);
}

// ---------------------------------------------------------------------------------------------- after it was counted

/** The tracker of a counted vote, which this tablet alone knows. */
async function showTracker() {
  const line = place.querySelector("[data-tracker-line]");
  const counted = line && (await outbox.counted(line.dataset.round));
  if (!counted?.tracker) return;
  line.querySelector("[data-tracker]").textContent = counted.tracker;
  line.hidden = false;
}

/** The button that brings the ballot back, on the tablet that holds the key of the vote. */
async function offerChange() {
  const offer = place.querySelector("[data-change-offer]");
  if (!offer) return;
  const counted = await outbox.counted(offer.dataset.round);
  offer.hidden = !counted?.key;
  place.querySelector("[data-change-elsewhere]").hidden = Boolean(counted?.key);
}

function bringBallotBack() {
  const again = place.querySelector("[data-again]").content.cloneNode(true);
  place.querySelector("[data-screen]").replaceChildren(again);
  const form = ballot();
  form.dataset.again = "";
  form.querySelector("[data-keep-vote-line]").hidden = false;
  setUp(true);
  touched = true;
}

document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await outbox.leave();
  await dropPages();
  event.target.submit();
});

/** A tap was answered: what is wrong stands above the picture. */
place.addEventListener("fm-tapped", (event) => {
  if (event.detail.words) tell(event.detail.words, false);
  else redraw();
});

place.addEventListener("input", () => {
  touched = true;
  complain("");
});

place.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-ballot-form]")) return;
  event.preventDefault();
  const { payload, problem, field } = choiceIn(ballot());
  if (problem) {
    complain(problem);
    field.focus();
    return;
  }
  tellChoice(ballot(), payload, place.querySelector("[data-check-choice]"));
  go("check");
});

place.addEventListener("click", (event) => {
  if (event.target.closest("[data-change]")) {
    go("choose");
    place.querySelector("#check").focus();
  } else if (event.target.closest("[data-send]")) {
    const form = ballot();
    touched = false;
    forget(form);
    const assisted = form.querySelector("[data-assisted]")?.checked ?? false;
    outbox.put(form.dataset.round, choiceIn(form).payload, { ...held(form), ...onSharedTablet(), assisted });
  } else if (event.target.closest("[data-change-vote]")) {
    bringBallotBack();
  } else if (event.target.closest("[data-keep-vote]")) {
    touched = false;
    forget(ballot());
    redraw();
  }
});

function complain(words) {
  const line = place.querySelector("[data-choice-error]");
  if (line && line.textContent !== words) line.textContent = words;
}

function go(name) {
  for (const part of ballot().querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== name;
  const heading = ballot().querySelector(`[data-step="${name}"] h1[tabindex]`);
  heading?.focus();
  window.scrollTo(0, 0);
}

// ---------------------------------------------------------------------------------------------- kept → sent → counted

function onBallot(kept) {
  const form = ballot();
  if (kept.stage === "refused") {
    const what = kept.replaces ? _("Your change was not counted; your vote from before counts.") : _("Your vote was not counted.");
    tell(`${what} ${kept.words}`, false);
    if (form?.dataset.round === kept.round) go("choose");
    redraw();
    return;
  }
  if (!form || form.dataset.round !== kept.round) return;
  if (step() !== "sending") go("sending");
  stage("kept", "yes");
  stage("sent", kept.stage === "counted" ? "yes" : kept.stage === "sending" ? "now" : "no");
  stage("counted", kept.stage === "counted" ? "yes" : "no");
  const words = form.querySelector("[data-sending-words]");
  if (kept.stage === "counted") {
    quiet();
    form.querySelector("[data-sending-heading]").textContent = _("Your vote is counted");
    form.dataset.counted = "";
    const letters = document.createElement("span");
    letters.className = "fm-receipt";
    letters.textContent = kept.receipt;
    words.replaceChildren(`${_("Your receipt:")} `, letters);
    say(_("Your vote is counted. Your receipt is {receipt}", kept));
    showTracker();
    if (held(form).secrecy !== "sealed") redraw(); // the server cannot draw a page of a vote that it does not know
  } else if (kept.words && words.textContent !== kept.words) {
    words.textContent = kept.words;
    say(kept.words);
  }
}

function stage(name, done) {
  const item = ballot().querySelector(`[data-stage="${name}"]`);
  item.dataset.done = done;
  item.querySelector("[data-stage-state]").textContent = { yes: _("done"), now: _("on its way"), no: _("not yet") }[done];
}

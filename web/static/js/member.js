// The member's tablet: choose → check → send, then “kept on this tablet → sent → counted”.
//
// A screen that arrives never touches a ballot that somebody is filling in. If the vote closes meanwhile, the tablet says
// so and leaves the form as it is. What was sent is in the outbox's hands until the server has answered.

import { choiceIn, forget, prepare, tellChoice } from "./ballot.js";
import { Connection, drawer, keepTimers, sayer } from "./connection.js";
import { Outbox } from "./outbox.js";

const CLOSED = "This vote has closed. Your choice was not sent and not counted.";
const place = document.getElementById("picture");
const notice = document.getElementById("notice");
const say = sayer();
let touched = false;

const outbox = new Outbox({
  member: place.dataset.member,
  csrf: () => document.querySelector('meta[name="csrf-token"]').content,
  onChange: onBallot,
});
const connection = new Connection({ audience: "member", picture: place, onScreen });
const tick = keepTimers(connection.clock, say);
const redraw = drawer(connection, show);
setUp(false);
outbox.resume();

function shown() {
  return place.querySelector("[data-screen]").dataset;
}

function ballot() {
  return place.querySelector("[data-ballot]");
}

function step() {
  return ballot()?.querySelector("[data-step]:not([hidden])")?.dataset.step;
}

// ---------------------------------------------------------------------------------------------- screens

/** Put a picture in place; the ballot that is there already stays, with all that was chosen in it. */
function show(drawn) {
  const form = ballot();
  const same = form && drawn.querySelector("[data-ballot]")?.dataset.round === form.dataset.round;
  if (same || (form && touched && step() !== "sending")) {
    shown().seq = drawn.dataset.seq;
    if (!same) tell(CLOSED, true);
    return;
  }
  const here = place.contains(document.activeElement);
  place.replaceChildren(drawn);
  touched = false;
  setUp(here);
  tick();
}

function onScreen(screen) {
  const form = ballot();
  const voted = form && screen.you?.voted[form.dataset.round];
  if (!form || voted) {
    if (voted && step() !== "sending") touched = false; // this member has voted on another device
    if (screen.seq > Number(shown().seq) || (voted && step() !== "sending")) redraw();
    return;
  }
  const stillOpen = screen.round?.id === form.dataset.round && screen.round.state === "open";
  if (stillOpen) {
    moveTimer(screen.timer);
    tick();
  } else if (step() === "sending") {
    return; // the outbox has the last word: counted, or too late
  } else if (touched) {
    tell(CLOSED, true);
  } else {
    redraw();
  }
}

function moveTimer(timer) {
  const clock = place.querySelector("[data-ends-at]");
  if (!clock || !timer?.ends_at || clock.dataset.endsAt === timer.ends_at) return;
  clock.dataset.endsAt = timer.ends_at;
  say("There is more time now.");
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
    on.textContent = "Go on";
    on.addEventListener("click", () => {
      quiet();
      touched = false;
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
  if (!form) return;
  if (prepare(form, say)) touched = true;
  outbox.waiting(form.dataset.round).then((kept) => {
    if (kept) onBallot({ ...kept, stage: "kept" });
  });
}

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
    outbox.put(form.dataset.round, choiceIn(form).payload, form.querySelector("[data-assisted]")?.checked);
  }
});

function complain(words) {
  const line = place.querySelector("[data-choice-error]");
  if (line && line.textContent !== words) line.textContent = words;
}

function go(name) {
  for (const part of ballot().querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== name;
  const heading = ballot().querySelector(`[data-step="${name}"] :is([data-check-heading], [data-sending-heading])`);
  heading?.focus();
  window.scrollTo(0, 0);
}

// ---------------------------------------------------------------------------------------------- kept → sent → counted

function onBallot(kept) {
  const form = ballot();
  if (kept.stage === "refused") {
    tell(`Your vote was not counted. ${kept.words}`, false);
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
    form.querySelector("[data-sending-heading]").textContent = "Your vote is counted";
    words.textContent = `Your receipt: ${kept.receipt}`;
    say(`Your vote is counted. Your receipt is ${kept.receipt}`);
    redraw();
  } else if (kept.words && words.textContent !== kept.words) {
    words.textContent = kept.words;
    say(kept.words);
  }
}

function stage(name, done) {
  const item = ballot().querySelector(`[data-stage="${name}"]`);
  item.dataset.done = done;
  item.querySelector("[data-stage-state]").textContent = { yes: "done", now: "on its way", no: "not yet" }[done];
}

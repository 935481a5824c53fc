// Buttons that a host taps while people talk: sent without leaving the page, and sent again until there is an answer.
// Each tap names what it is about, so that one which arrives twice is one. Without this script they are plain forms.

import { ask } from "../asking.js";

const AGAIN = 2000;
const NO_CONNECTION = "No connection. Your tap is sent as soon as the connection is back.";

export function setUp(part) {
  part.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-tap]");
    if (!form) return;
    event.preventDefault();
    send(form, part);
  });
}

async function send(form, part) {
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const body = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
  const csrf = document.querySelector('meta[name="csrf-token"]').content;
  for (;;) {
    const answer = await ask(form.getAttribute("action"), { body, csrf });
    if (answer.ok || answer.final) {
      delete form.dataset.sending;
      tell(part, (answer.ok && form.dataset.saidSent) || "");
      const words = answer.ok ? "" : answer.words;
      part.dispatchEvent(new CustomEvent("fm-tapped", { bubbles: true, detail: { words } }));
      return;
    }
    tell(part, form.dataset.saidOffline ?? NO_CONNECTION);
    await new Promise((on) => setTimeout(on, AGAIN));
  }
}

function tell(part, words) {
  const line = part.querySelector("[data-said]");
  if (line) line.textContent = words;
}

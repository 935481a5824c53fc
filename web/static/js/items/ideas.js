// A member writes one card at a time: how many characters are left is shown once it gets near, and said to nobody.

import { _ } from "../words.js";

const NEAR = 0.8; // of the room

export function setUp(part) {
  const text = part.querySelector("textarea[data-most]");
  const line = part.querySelector("[data-left]");
  if (!text || !line) return;
  const most = Number(text.dataset.most);
  const count = () => {
    const used = [...text.value.trim()].length; // by characters, as the server counts
    const left = most - used;
    line.classList.toggle("govuk-error-message", left < 0);
    if (left < 0) line.textContent = _("{n} characters too many", { n: -left });
    else line.textContent = used > NEAR * most ? _("{n} characters left", { n: left }) : "";
  };
  text.addEventListener("input", count);
  part.addEventListener("reset", () => setTimeout(count));
  count();
}

// Statements to agree with, by keys as well as by buttons: 1 agree, 2 disagree, 3 pass, arrow left: back to the one before.
// Sending, keeping and trying again is the contribution's work (contribute.js).

let answered = false; // the next statement is then read out, and takes the focus

export function setUp(part) {
  if (answered) {
    answered = false;
    part.querySelector("[data-statement]")?.focus({ preventScroll: true });
  }
  part.addEventListener("submit", () => {
    answered = true;
  });
}

document.addEventListener("keydown", (event) => {
  const part = document.querySelector('[data-module="opinions"]');
  if (!part || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const button = event.key === "ArrowLeft" ? part.querySelector("[data-back]") : part.querySelector(`[data-answer="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

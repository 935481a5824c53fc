// The pages of the two who type what the dice show: they go on by themselves, and never touch what is being typed.

const page = document.querySelector("[data-steps-from]");
const EVERY = 1500;

async function look() {
  try {
    const answer = await fetch(page.dataset.stepsFrom, { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(8000) });
    const { step } = await answer.json();
    if (answer.ok && step > Number(page.dataset.step)) {
      const typing = [...document.querySelectorAll("[data-entry] input:not([type=hidden])")].some((box) => box.value !== box.defaultValue);
      if (!typing) {
        location.assign(page.querySelector("#moved-on a").href);
        return;
      }
      document.getElementById("moved-on").hidden = false;
    }
  } catch {
    // the server is away for a moment: look again
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);

// One digit each: the next box is ready as soon as one is filled.
const dice = [...document.querySelectorAll(".fm-die")];
for (const [place, box] of dice.entries()) {
  box.addEventListener("input", () => {
    if (box.value.length === 1) (dice[place + 1] ?? document.getElementById("enter")).focus();
  });
}

// A draw that is under way: its progress every second, and the result as soon as it is there. The page stays usable.

const place = document.querySelector("[data-progress]");
const EVERY = 1000;

async function look() {
  try {
    const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(8000) });
    const progress = await answer.json();
    if (answer.ok && progress.ended) {
      location.reload();
      return;
    }
    if (answer.ok) show(progress);
  } catch {
    // the server is away for a moment: look again
  }
  setTimeout(look, EVERY);
}

function show(progress) {
  for (const words of place.querySelectorAll("[data-words]")) {
    const text = progress[words.dataset.words] || "–";
    if (words.textContent !== text) words.textContent = text;
  }
}

setTimeout(look, EVERY);

// The wall of groups in the hall: some at a time, by turns, so that each stays readable from ten metres.
// Which page is on follows from the time, so a new picture does not begin again from the first.

const EACH = 12000; // milliseconds

export function setUp(part) {
  const pages = Number(part.dataset.pages);
  const line = part.querySelector("[data-page-line]");
  let shown = -1;
  const turn = () => {
    if (!part.isConnected) return clearInterval(timer);
    const page = Math.floor(Date.now() / EACH) % pages;
    if (page === shown) return;
    shown = page;
    for (const group of part.querySelectorAll("[data-page]")) group.hidden = Number(group.dataset.page) !== page;
    if (line) line.textContent = `Page ${page + 1} of ${pages}`;
    window.dispatchEvent(new Event("resize")); // the hall fits its letters anew
  };
  const timer = setInterval(turn, 500);
  turn();
}

// A published count: the tracker is looked for in the page, and never sent anywhere.

import { _ } from "./words.js";

const form = document.querySelector("[data-find]");
const found = document.querySelector("[data-found]");

form?.addEventListener("submit", (event) => {
  const typed = form.elements.tracker.value.trim();
  const rows = [...document.querySelectorAll("[data-ballot]")];
  if (!typed || document.querySelector("[data-more]")) return; // not all are here: the server looks
  event.preventDefault();
  const mine = rows.filter((row) => plain(row.dataset.ballot) === plain(typed));
  for (const row of rows) row.classList.toggle("fm-ballotlist__mine", mine.includes(row));
  found.replaceChildren(...(mine.length ? mine.map(told) : [nothing(typed)]));
  mine[0]?.scrollIntoView({ block: "nearest" });
});

/** As verify_count.py reads a tracker: no hyphens, and no letter that could be a digit. */
function plain(tracker) {
  return tracker.toUpperCase().replaceAll("-", "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
}

function told(row) {
  const line = paragraph();
  const name = document.createElement("strong");
  const words = document.createElement("strong");
  name.textContent = row.dataset.ballot;
  words.textContent = row.cells[1].textContent;
  words.dir = "auto";
  line.append(name, ` ${_("voted:")} `, words);
  return line;
}

function nothing(typed) {
  const line = paragraph();
  line.textContent = _("No ballot has “{typed}”. Look at it again; if it is right, tell the scrutineer.", { typed });
  return line;
}

function paragraph() {
  const line = document.createElement("p");
  line.className = "govuk-body";
  return line;
}

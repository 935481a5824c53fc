// The cards on a table: says how many are chosen. Everything else is a plain form.

const form = document.getElementById("sort");
const line = form?.querySelector("[data-chosen]");

function count() {
  const chosen = form.querySelectorAll('input[name="card"]:checked').length;
  line.textContent = chosen === 1 ? "1 card chosen" : `${chosen} cards chosen`;
}

if (line) {
  form.addEventListener("change", count);
  window.addEventListener("pageshow", count);
  count();
}

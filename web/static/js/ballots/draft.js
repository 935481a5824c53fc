// What is half filled in, kept on this tablet until it is sent: a reload, a wrong tap or an empty battery costs nothing.
// It lies in the memory of this tab alone, under the member and the round; another member or round wipes it.

const PREFIX = "ballot ";
const nameOf = (ballot) => `${PREFIX}${ballot.closest("[data-member]")?.dataset.member} ${ballot.dataset.round}`;
const isOurs = (name) => name === "choice" || name === "reason" || name.startsWith("rank:") || name.startsWith("mark:");

/** Keep what is filled in now. A tablet that may not store keeps it on the page alone. */
export function keep(ballot, fields) {
  const filled = [...new FormData(fields)].filter(([name, value]) => isOurs(name) && value !== "");
  try {
    sessionStorage.setItem(nameOf(ballot), JSON.stringify(filled));
  } catch {
    // private mode, or full
  }
}

/** Put back what was kept of this ballot; drafts of others go. True when anything is filled in. */
export function restore(ballot, fields) {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(nameOf(ballot)));
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX) && name !== nameOf(ballot)) sessionStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
  if (!kept?.length) return false;
  for (const field of fields.elements) {
    if (!isOurs(field.name)) continue;
    const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.length ? values.includes(field.value) : field.value === "";
    else field.value = values[0] ?? "";
  }
  return true;
}

/** The ballot is sent: nothing of it stays here. */
export function forget(ballot) {
  try {
    sessionStorage.removeItem(nameOf(ballot));
  } catch {
    // nothing was kept
  }
}

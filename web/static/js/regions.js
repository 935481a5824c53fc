// A picture made of regions: each `data-region` is replaced by itself, and one that somebody is using is left alone.

const FIELDS = "input:not([type=hidden]), textarea, select";

/** Is something else in this field than what the page came with? */
export function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const drawn = field.querySelector("[selected]") ?? field.options[0];
  return Boolean(drawn) && !drawn.selected;
}

/** The fields that somebody has changed: at its beginning a script heard nothing of what was done while it was on its way. */
export const changedIn = (root) => [...root.querySelectorAll(FIELDS)].filter(isChanged);

export class Regions {
  /** @param {HTMLElement} place  what holds the picture */
  constructor(place) {
    this.place = place;
    this.touched = new WeakSet(place.querySelectorAll("[data-region][data-kept]")); // a form that came back keeps its values
    for (const field of changedIn(place)) this.touched.add(field.closest("[data-region]") ?? place);
    place.addEventListener("input", (event) => {
      const region = event.target.closest("[data-region]");
      if (region) this.touched.add(region);
    });
    place.addEventListener("submit", (event) => {
      const region = event.target.closest("[data-region]");
      if (region) this.touched.delete(region);
    });
  }

  /** Is somebody typing, choosing or reading inside this region, or inside one that stands in it? */
  inUse(region) {
    if (this.touched.has(region)) return true;
    if ([...region.querySelectorAll("[data-region]")].some((within) => this.touched.has(within))) return true;
    const active = document.activeElement;
    return region.contains(active) && active.matches("input:not([type=hidden]), textarea, select");
  }

  /** Is somebody busy anywhere in this picture? */
  someInUse() {
    return this.all().some((region) => this.inUse(region));
  }

  /** What was typed there has been sent, or given up. */
  finished(region) {
    this.touched.delete(region);
  }

  /** Nobody is busy any more: whatever was typed is kept elsewhere. */
  release() {
    this.touched = new WeakSet();
  }

  all() {
    return [...this.place.querySelectorAll("[data-region]")];
  }

  /** Put a new picture in place, region by region where somebody is busy. `force`: as if nobody were. */
  renew(drawn, force = false) {
    const shown = this.place.querySelector("[data-screen]");
    const before = new Map(this.all().map((region) => [region.dataset.region, region]));
    const names = [...drawn.querySelectorAll("[data-region]")].map((region) => region.dataset.region);
    const same = names.length === before.size && names.every((name) => before.has(name));
    if (force || (!same && ![...before.values()].some((region) => this.inUse(region)))) {
      keepFocus(() => this.place.replaceChildren(drawn));
      return;
    }
    for (const fresh of drawn.querySelectorAll("[data-region]")) {
      if (!drawn.contains(fresh)) continue; // it came along with the region around it
      const old = before.get(fresh.dataset.region);
      if (old && !this.inUse(old) && old.innerHTML !== fresh.innerHTML) keepFocus(() => swap(old, fresh));
    }
    for (const [name, old] of before) if (!names.includes(name) && !this.inUse(old)) old.replaceChildren();
    shown.dataset.seq = drawn.dataset.seq;
    shown.dataset.turnoutSeq = drawn.dataset.turnoutSeq;
  }
}

/** Opened details stay open: by their places, or where there are more or fewer now, by what they say. */
function swap(old, fresh) {
  const before = [...old.querySelectorAll("details")];
  old.replaceChildren(...fresh.childNodes);
  const after = [...old.querySelectorAll("details")];
  const said = new Set(before.filter((details) => details.open).map(nameOf));
  after.forEach((details, place) => {
    const open = after.length === before.length ? before[place].open : said.has(nameOf(details));
    if (open) details.open = true;
  });
}

function nameOf(details) {
  return details.id || details.querySelector("summary")?.textContent.trim();
}

/** Whoever stood on a button stands on the same button afterwards. */
function keepFocus(change) {
  const id = document.activeElement?.id;
  change();
  if (id && document.activeElement?.id !== id) document.getElementById(id)?.focus({ preventScroll: true });
}

// The map of the tables: of all ways to lay it out (tables in a row, names in one column or two), the one in which the
// names are largest while everything is on the screen and no name is broken.

const LARGEST = 72; // pixels
const SMALLEST = 14;

/** Lay the map out; returns whether there is one. */
export function layMap(picture) {
  const map = picture.querySelector("[data-map]");
  if (!map) return false;
  const wide = window.matchMedia("(min-width: 60rem)").matches;
  map.removeAttribute("style");
  map.dataset.names = 1;
  if (!wide) return true; // a small screen scrolls
  const tables = map.children.length;
  let best = { size: 0 };
  for (let across = Math.min(tables, 2); across <= Math.min(tables, 12); across += 1) {
    for (const names of [1, 2]) {
      const size = largest(map, across, names, best.size);
      if (size > best.size) best = { size, across, names };
    }
  }
  set(map, best.across ?? Math.min(tables, 8), best.names ?? 2, best.size || SMALLEST);
  map.toggleAttribute("data-tight", !best.size);
  return true;
}

function set(map, across, names, size) {
  map.style.gridTemplateColumns = `repeat(${across}, minmax(0, 1fr))`;
  map.style.setProperty("--names", `${size}px`);
  map.dataset.names = names;
}

/** The largest letters for this layout; 0 when it cannot beat what is found already. */
function largest(map, across, names, beaten) {
  let [low, high] = [Math.max(beaten, SMALLEST - 1), LARGEST];
  set(map, across, names, low + 1);
  if (low >= LARGEST || !fits(map)) return 0;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    set(map, across, names, middle);
    if (fits(map)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function fits(map) {
  if (document.documentElement.scrollHeight > window.innerHeight) return false;
  return [...map.querySelectorAll("ul")].every((list) => list.scrollWidth <= list.clientWidth + 1);
}

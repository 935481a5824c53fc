// The map of the tables: of all ways to lay it out (tables in a row, names in one column or two, the number beside them
// or above), the one in which the names are largest while everything is on the screen and no name is broken.

const LARGEST = 72; // pixels
const SMALLEST = 10;
const CALM = 0.8; // names in one line are taken if they are at least so large beside the largest in two
const MANY = 16; // tables; more have smaller numbers, which are never below 40 pixels

/** Lay the map out; returns whether there is one. */
export function layMap(picture) {
  const map = picture.querySelector("[data-map]");
  if (!map) return false;
  const wide = window.matchMedia("(min-width: 60rem)").matches;
  map.removeAttribute("style");
  map.dataset.names = 1;
  map.dataset.number = "beside";
  map.toggleAttribute("data-many", map.children.length > MANY);
  if (!wide) return true; // a small screen scrolls
  const whole = search(map, true); // no name in two lines
  const broken = search(map, false);
  const best = whole.size >= CALM * broken.size ? whole : broken;
  const otherwise = { across: Math.min(map.children.length, 10), names: 2, number: "above", whole: false };
  set(map, best.size ? best : otherwise, best.size || SMALLEST);
  map.toggleAttribute("data-tight", !best.size);
  return true;
}

/** The layout with the largest names; size 0 when there is none. */
function search(map, whole) {
  const tables = map.children.length;
  let best = { size: 0 };
  for (let across = Math.min(tables, 2); across <= Math.min(tables, 12); across += 1) {
    for (const names of [1, 2]) {
      for (const number of ["beside", "above"]) {
        const layout = { across, names, number, whole };
        const size = largest(map, layout, best.size);
        if (size > best.size) best = { ...layout, size };
      }
    }
  }
  return best;
}

function set(map, { across, names, number, whole }, size) {
  map.style.gridTemplateColumns = `repeat(${across}, minmax(0, 1fr))`;
  map.style.setProperty("--names", `${size}px`);
  map.dataset.names = names;
  map.dataset.number = number;
  map.toggleAttribute("data-whole", whole);
}

/** The largest letters for this layout; 0 when it cannot beat what is found already. */
function largest(map, layout, beaten) {
  let [low, high] = [Math.max(beaten, SMALLEST - 1), LARGEST];
  set(map, layout, low + 1);
  if (low >= LARGEST || !fits(map)) return 0;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    set(map, layout, middle);
    if (fits(map)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function fits(map) {
  if (document.documentElement.scrollHeight > window.innerHeight) return false;
  return [...map.querySelectorAll("ul")].every((list) => list.scrollWidth <= list.clientWidth + 1);
}

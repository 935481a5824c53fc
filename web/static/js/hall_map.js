// The map of the tables: of all ways to lay it out (tables in a row, names in one column or two, the number beside them
// or above), the one in which the names are largest while everything is on the screen and no name is broken. Where even
// then they would be too small for the back of the hall, the tables are shown page by page.

const LARGEST = 72; // pixels
const READABLE = 40 / 1920; // of the width of the screen: 40 pixels on a projector
const CALM = 0.8; // names in one line are taken if they are at least so large beside the largest in two
const MANY = 16; // tables; more have smaller numbers, which are never below 40 pixels

/** Lay the map out; how many pages there are and what shows one. Null where there is no map. */
export function layMap(picture) {
  const map = picture.querySelector("[data-map]");
  if (!map) return null;
  const tables = [...map.children];
  map.removeAttribute("style");
  map.dataset.names = 1;
  map.dataset.number = "beside";
  for (const table of tables) table.hidden = false;
  if (!window.matchMedia("(min-width: 60rem)").matches) return { many: 1, show: () => "" }; // a small screen scrolls
  const smallest = Math.ceil(READABLE * window.innerWidth);
  const pages = inPages(map, tables, smallest);
  const show = (number) => {
    const { shown, layout } = pages[number];
    only(map, tables, shown);
    set(map, layout, layout.size);
    map.toggleAttribute("data-tight", layout.tight);
    const [first, last] = [shown[0], shown.at(-1)].map((table) => table.dataset.name);
    return `${first === last ? `Table ${first}` : `Tables ${first} to ${last}`} · page ${number + 1} of ${pages.length}`;
  };
  return { many: pages.length, show };
}

/** The fewest pages, of as many tables each as can be, on which every name can be read; each with its layout. */
function inPages(map, tables, smallest) {
  for (let many = 1; ; many += 1) {
    const pages = split(tables, many);
    const laid = [];
    for (const shown of pages) {
      only(map, tables, shown);
      const layout = best(map, shown.length, smallest);
      if (layout.tight && shown.length > 1) break;
      laid.push({ shown, layout });
    }
    if (laid.length === pages.length) return laid;
  }
}

function split(tables, many) {
  const pages = [];
  for (let page = 0; page < many; page += 1) {
    const [from, to] = [page, page + 1].map((edge) => Math.round((edge * tables.length) / many));
    pages.push(tables.slice(from, to));
  }
  return pages;
}

function only(map, tables, shown) {
  for (const table of tables) table.hidden = !shown.includes(table);
  map.toggleAttribute("data-many", shown.length > MANY);
}

/** The layout with the largest names, at least the smallest readable; `tight` where there is none. */
function best(map, tables, smallest) {
  const whole = search(map, tables, smallest, true); // no name in two lines
  if (whole.size >= LARGEST) return whole;
  const broken = search(map, tables, smallest, false);
  const found = whole.size >= CALM * broken.size ? whole : broken;
  if (found.size) return found;
  return { across: Math.min(tables, 10), names: 2, number: "above", whole: false, size: smallest, tight: true };
}

function search(map, tables, smallest, whole) {
  let found = { size: 0, tight: false };
  for (let across = Math.min(tables, 2); across <= Math.min(tables, 12); across += 1) {
    for (const names of [1, 2]) {
      for (const number of ["beside", "above"]) {
        const layout = { across, names, number, whole };
        const size = largest(map, layout, Math.max(found.size, smallest - 1));
        if (size >= smallest && size > found.size) found = { ...layout, size, tight: false };
      }
    }
  }
  return found;
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
  let [low, high] = [beaten, LARGEST];
  if (low >= LARGEST) return 0;
  set(map, layout, low + 1);
  if (!fits(map)) return 0;
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
  return [...map.querySelectorAll("li:not([hidden]) > ul")].every((list) => list.scrollWidth <= list.clientWidth + 1);
}

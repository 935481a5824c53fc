// A list of results: as many as there is room for at the full size of the letters, and then the next page.

/** Lay a long list out in pages; how many there are, and what shows one. Null where there is no list. */
export function layList(picture) {
  const list = picture.querySelector("[data-paged]");
  if (!list) return null;
  const items = [...list.children];
  const pages = [[]];
  for (const item of items) item.hidden = true;
  for (const item of items) {
    item.hidden = false;
    if (pages.at(-1).length && document.documentElement.scrollHeight > window.innerHeight) {
      for (const shown of pages.at(-1)) shown.hidden = true;
      pages.push([]);
    }
    pages.at(-1).push(item);
  }
  const show = (number) => {
    for (const item of items) item.hidden = !pages[number].includes(item);
    const [first, last] = [pages[number][0], pages[number].at(-1)].map((item) => items.indexOf(item) + 1);
    return `${first === last ? first : `${first} to ${last}`} of ${items.length}`;
  };
  return { many: pages.length, show };
}

// Dragging a row by its handle, with a finger or a mouse. Everything that it does the buttons do as well.

const EDGE = 90; // near the edge of the screen the page moves along
const STEP = 14;

/** Rows are `li` with `data-option` and a handle; `drop(option, at)` gets the place among all the other rows. */
export function enhanceDragging(root, drop) {
  root.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".fm-ranks__handle");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    const row = handle.closest("li");
    const others = [...root.querySelectorAll("li")].filter((other) => other !== row);
    const begun = event.clientY + window.scrollY;
    let at = null;
    handle.setPointerCapture(event.pointerId);
    row.dataset.dragged = "yes";

    const place = (y) => {
      const below = others.findIndex((other) => {
        const box = other.getBoundingClientRect();
        return y < box.top + box.height / 2;
      });
      return below < 0 ? others.length : below;
    };
    const mark = () => {
      for (const [number, other] of others.entries()) {
        other.dataset.drop = number === at ? "above" : at === others.length && number === at - 1 ? "below" : "no";
      }
    };
    const move = (moved) => {
      row.style.transform = `translateY(${moved.clientY + window.scrollY - begun}px)`;
      if (moved.clientY < EDGE) window.scrollBy(0, -STEP);
      else if (moved.clientY > window.innerHeight - EDGE) window.scrollBy(0, STEP);
      at = place(moved.clientY);
      mark();
    };
    const end = (ended) => {
      for (const [name, act] of Object.entries(acts)) handle.removeEventListener(name, act);
      row.style.transform = "";
      delete row.dataset.dragged;
      for (const other of others) delete other.dataset.drop;
      if (ended.type === "pointerup" && at !== null) drop(row.dataset.option, at);
    };
    const acts = { pointermove: move, pointerup: end, pointercancel: end };
    for (const [name, act] of Object.entries(acts)) handle.addEventListener(name, act);
  });
}

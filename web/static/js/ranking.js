// Ranking by buttons: “Choose” gives the next place, “Up” and “Down” move, “Take out” frees. Without this module the
// numbered selects that the server sent do the same. Nothing has to be dragged.

const PLACES = ["1st", "2nd", "3rd"];
const placeWords = (place) => `${PLACES[place] ?? `${place + 1}th`} choice`;

/** Put the buttons in place of the selects; the choice goes into hidden fields in its order. */
export function enhanceRanking(root, say) {
  const options = JSON.parse(root.dataset.options);
  const ranked = [];
  const list = document.createElement("ul");
  list.className = "fm-ranks";
  const fields = document.createElement("div");
  root.replaceChildren(list, fields);
  const draw = () => {
    fields.replaceChildren(...ranked.map(field));
    const rest = options.filter((option) => !ranked.includes(option));
    list.replaceChildren(...ranked.map((option, place) => row(option, place)), ...rest.map((option) => row(option, null)));
  };

  function row(option, place) {
    const item = document.createElement("li");
    item.className = "fm-ranks__item";
    item.dataset.ranked = place === null ? "no" : "yes";
    const name = text("fm-ranks__name", option.charAt(0).toUpperCase() + option.slice(1));
    const where = text("fm-ranks__place", place === null ? "not ranked" : placeWords(place));
    const buttons = document.createElement("span");
    buttons.className = "fm-ranks__buttons";
    if (place === null) {
      buttons.append(button("Choose", option, () => ranked.push(option)));
    } else {
      buttons.append(
        button("Up", option, () => move(place, place - 1), place === 0),
        button("Down", option, () => move(place, place + 1), place === ranked.length - 1),
        button("Take out", option, () => ranked.splice(place, 1)),
      );
    }
    item.append(where, name, buttons);
    return item;
  }

  function button(words, option, act, disabled = false) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.disabled = disabled;
    made.dataset.option = option;
    made.setAttribute("aria-label", `${words}: ${option}`);
    made.addEventListener("click", () => {
      act();
      draw();
      const place = ranked.indexOf(option);
      say(place < 0 ? `${option} is not ranked` : `${option} is your ${placeWords(place)}`);
      const mine = [...list.querySelectorAll("button")].filter((other) => other.dataset.option === option && !other.disabled);
      (mine.find((other) => other.textContent === words) ?? mine[0])?.focus();
      root.dispatchEvent(new Event("rank", { bubbles: true }));
    });
    return made;
  }

  function move(from, to) {
    ranked.splice(to, 0, ...ranked.splice(from, 1));
  }

  draw();
}

function field(option) {
  const made = document.createElement("input");
  made.type = "hidden";
  made.name = "choice";
  made.value = option;
  return made;
}

function text(className, words) {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = words;
  return made;
}

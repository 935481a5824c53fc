// An agenda item looked at again: no live picture, but what is written there is kept and sent as on the first page.

import { Contributions } from "./contribute.js";
import { sayer } from "./connection.js";
import { setUpModules } from "./modules.js";

const place = document.getElementById("picture");
const contributions = new Contributions({ who: place.dataset.member, place, say: sayer(), onSent: () => location.reload() });
contributions.restore(place);
setUpModules(place);

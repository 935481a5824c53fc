// The sentences of the scripts in the language of the page. The page brings them along as an island of JSON, by their
// English; in plain English there is none, and what stands in the script is what is said.

const island = document.querySelector('script#script-words');
const WORDS = island ? JSON.parse(island.textContent) : {};
const FORMS = ["zero", "one", "two", "few", "many", "other"];
export const language = document.documentElement.lang || "en";
const rules = new Intl.PluralRules(language);

/** `_("{n} left", { n: 3 })`: a sentence with what stands in its braces. */
export function _(template, values = {}) {
  return filled(WORDS[template] ?? template, values);
}

/** `_n("{n} dot", "{n} dots", 3)`: a sentence that counts, in the form that the language has for this number. */
export function _n(one, many, n, values = {}) {
  const forms = WORDS[one];
  const english = n === 1 ? one : many;
  const form = forms?.length === FORMS.length ? forms[FORMS.indexOf(rules.select(n))] : forms?.[n === 1 ? 0 : 1];
  return filled(form ?? english, { n, ...values });
}

function filled(template, values) {
  return template.replace(/{(\w+)}/g, (braces, name) => (name in values ? values[name] : braces));
}

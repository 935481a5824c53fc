// Parts of a picture that need a script of their own: `data-module="ideas"` is set up by items/ideas.js, once.

const NAME = /^[a-z_]+$/; // those of GOV.UK have a hyphen
const AGAIN = 3000; // milliseconds; until then the part is a plain form
const done = new WeakSet();

export function setUpModules(root, anew = "") {
  for (const part of root.querySelectorAll("[data-module]")) {
    if (done.has(part) || !NAME.test(part.dataset.module)) continue;
    done.add(part);
    import(`./items/${part.dataset.module}.js${anew}`).then(
      (module) => module.setUp(part),
      () => {
        done.delete(part);
        setTimeout(setUpModules, AGAIN, root, `?${Date.now()}`); // a browser may remember that an address failed
      },
    );
  }
}

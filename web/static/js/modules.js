// Parts of a picture that need a script of their own: `data-module="ideas"` is set up by items/ideas.js, once.

const NAME = /^[a-z_]+$/;
const done = new WeakSet();

export function setUpModules(root) {
  for (const part of root.querySelectorAll("[data-module]")) {
    if (done.has(part) || !NAME.test(part.dataset.module) || part.dataset.module.startsWith("govuk")) continue;
    done.add(part);
    import(`./items/${part.dataset.module}.js`).then((module) => module.setUp(part));
  }
}

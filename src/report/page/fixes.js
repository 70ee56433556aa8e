// The fixes that are drawn, and the drawings of each animal.

/**
 * @typedef {object} Fixes An animal's, by fix: seconds since 1970 UTC, degrees, px of the map, whether a line begins.
 * @property {number[]} seconds
 * @property {number[]} latitudes
 * @property {number[]} longitudes
 * @property {number[]} x
 * @property {number[]} y
 * @property {boolean[]} begins
 */

/** @template {Element} T @param {string} selector @returns {T[]} */
const all = (selector) => Array.from(document.querySelectorAll(selector));

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

document.documentElement.classList.add('js');

/** By animal. @type {[number[], number[], number[]][]} */
const stepsOfAnimals = JSON.parse(byId('fixes').textContent);

/** What is drawn of each animal, in all figures. @type {Element[][]} */
const drawings = stepsOfAnimals.map(() => []);
for (const drawing of all('.animal')) drawings[animalOf(drawing)]?.push(drawing);

/** @type {boolean[]} */
const isShown = stepsOfAnimals.map(() => true);

/** @type {(Fixes | undefined)[]} */
const known = [];

/** @param {Element} element */
function animalOf(element) {
  return Number(element.getAttribute('data-animal'));
}

/** @param {number} animal @returns {Fixes} */
function fixesOf(animal) {
  known[animal] ??= readFixes(animal);
  return /** @type {Fixes} */ (known[animal]);
}

/** @param {number} animal @returns {Fixes} */
function readFixes(animal) {
  const [times = [], latitudes = [], longitudes = []] = stepsOfAnimals[animal] ?? [];
  const path = document.querySelector(`.map .tracks [data-animal="${animal}"] .track`);
  // Every fix is a vertex, in the same order.
  const vertices = Array.from((path?.getAttribute('d') ?? '').matchAll(/([ML])(-?[\d.]+),(-?[\d.]+)/g));
  return {
    seconds: sums(times),
    latitudes: sums(latitudes).map((value) => value / 1e5),
    longitudes: sums(longitudes).map((value) => value / 1e5),
    x: vertices.map(([, , x]) => Number(x)),
    y: vertices.map(([, , , y]) => Number(y)),
    begins: vertices.map(([, command]) => command === 'M'),
  };
}

/** @param {number[]} steps */
function sums(steps) {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}

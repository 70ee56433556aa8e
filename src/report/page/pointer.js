// What is under the pointer, or was come to with the arrow keys: a mark in every
// figure, and animal, time and place in words.

const EARTH_RADIUS_KM = 6371.0088;
/** px of a figure. */
const NEAR = 28;
const readout = byId('readout');
/** @type {SVGSVGElement[]} */
const figures = all('svg.map, svg.chart:not(.months)');
/** The fix that is marked. @type {{ animal: number, fix: number } | undefined} */
let marked;

/** Where a fix is in a figure; undefined where it is not drawn there. @param {SVGSVGElement} figure @param {number} animal @param {number} fix @returns {[number, number] | undefined} */
function positionIn(figure, animal, fix) {
  const fixes = fixesOf(animal);
  const { kind, x, y, root } = figure.dataset;
  if (kind === undefined) return [fixes.x[fix] ?? 0, fixes.y[fix] ?? 0];
  const value = valueIn(kind, fixes, fix);
  if (value === undefined) return undefined;
  return [onAxis(x, (fixes.seconds[fix] ?? 0) * 1000, false), onAxis(y, value, root !== undefined)];
}

/** @param {string | undefined} axis least and greatest value, and where they are @param {number} value @param {boolean} isRoot */
function onAxis(axis, value, isRoot) {
  const [least = 0, most = 1, from = 0, to = 0] = (axis ?? '').split(' ').map(Number);
  const scaled = isRoot ? Math.sqrt : (/** @type {number} */ plain) => plain;
  return from + ((scaled(value) - scaled(least)) / (scaled(most) - scaled(least))) * (to - from);
}

/** @param {string} kind @param {Fixes} fixes @param {number} fix */
function valueIn(kind, fixes, fix) {
  if (kind === 'latitude') return fixes.latitudes[fix];
  if (kind === 'displacement') return kmBetween(fixes, 0, fix);
  return speedAt(fixes, fix);
}

/** m/s @param {Fixes} fixes @param {number} fix */
function speedAt(fixes, fix) {
  const seconds = (fixes.seconds[fix] ?? 0) - (fixes.seconds[fix - 1] ?? 0);
  return fixes.begins[fix] || seconds <= 0 ? undefined : (kmBetween(fixes, fix - 1, fix) * 1000) / seconds;
}

/** @param {Fixes} fixes @param {number} a @param {number} b */
function kmBetween({ latitudes, longitudes }, a, b) {
  const [phi = 0, theta = 0, east = 0] = [latitudes[a] ?? 0, latitudes[b] ?? 0, (longitudes[b] ?? 0) - (longitudes[a] ?? 0)].map(
    (degrees) => (degrees * Math.PI) / 180,
  );
  const h = Math.sin((theta - phi) / 2) ** 2 + Math.cos(phi) * Math.cos(theta) * Math.sin(east / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Show a fix in every figure. @param {number} animal @param {number} fix */
function mark(animal, fix) {
  if (marked?.animal !== animal) lightUp(animal);
  marked = { animal, fix };
  for (const figure of figures) {
    const position = positionIn(figure, animal, fix);
    const cursor = figure.querySelector('.cursor');
    cursor?.setAttribute('visibility', position === undefined ? 'hidden' : 'visible');
    cursor?.setAttribute('cx', String(position?.[0] ?? 0));
    cursor?.setAttribute('cy', String(position?.[1] ?? 0));
  }
  readout.textContent = inWords(animal, fix);
}

function unmark() {
  if (marked === undefined) return;
  marked = undefined;
  lightUp(-1);
  for (const figure of figures) figure.querySelector('.cursor')?.setAttribute('visibility', 'hidden');
  readout.textContent = '';
}

/** @param {number} animal @param {number} fix */
function inWords(animal, fix) {
  const fixes = fixesOf(animal);
  const name = items[animal]?.querySelector('.name')?.textContent ?? '';
  const [latitude = 0, longitude = 0, speed] = [fixes.latitudes[fix], fixes.longitudes[fix], speedAt(fixes, fix)];
  const place = `${Math.abs(latitude).toFixed(5)}° ${latitude < 0 ? 'S' : 'N'}, ${Math.abs(longitude).toFixed(5)}° ${longitude < 0 ? 'W' : 'E'}`;
  const time = new Date((fixes.seconds[fix] ?? 0) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const way = `${kmBetween(fixes, 0, fix).toFixed(1)} km from its first fix${speed === undefined ? '' : `, ${speed.toFixed(1)} m/s`}`;
  return `${name}\n${time} UTC\n${place}\n${way}`;
}

/** Mark the nearest fix of an animal that is shown. @param {SVGSVGElement} figure @param {PointerEvent} event */
function markNearest(figure, event) {
  const at = placeIn(figure, event);
  let least = NEAR ** 2;
  let [nearestAnimal, nearestFix] = [-1, -1];
  for (const animal of isShown.keys()) {
    if (!isShown[animal]) continue;
    for (const fix of fixesOf(animal).seconds.keys()) {
      const position = positionIn(figure, animal, fix);
      if (position === undefined) continue;
      const distance = (position[0] - at.x) ** 2 + (position[1] - at.y) ** 2;
      if (distance < least) [least, nearestAnimal, nearestFix] = [distance, animal, fix];
    }
  }
  if (nearestFix < 0) return unmark();
  mark(nearestAnimal, nearestFix);
  placeReadout(event.clientX, event.clientY);
}

/** @param {SVGSVGElement} figure @param {PointerEvent} event */
function placeIn(figure, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(figure.getScreenCTM()?.inverse());
}

/** Beside a point of the window, and within it. @param {number} x @param {number} y */
function placeReadout(x, y) {
  const { offsetWidth: width, offsetHeight: height } = readout;
  readout.style.left = `${Math.max(4, x + 16 + width > innerWidth ? x - 16 - width : x + 16)}px`;
  readout.style.top = `${Math.max(4, y + 16 + height > innerHeight ? y - 16 - height : y + 16)}px`;
}

for (const figure of figures) {
  figure.addEventListener('pointermove', (event) => markNearest(figure, event));
  figure.addEventListener('pointerleave', unmark);
}

const mapBox = /** @type {HTMLElement} */ (document.querySelector('.map-box'));
mapBox.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return unmark();
  const next = stepFrom(marked, event.key);
  if (next === undefined) return;
  event.preventDefault();
  mark(next.animal, next.fix);
  const { left, top } = mapBox.getBoundingClientRect();
  placeReadout(Math.max(left, 0), Math.max(top, 0));
});
mapBox.addEventListener('blur', unmark);

/** @param {{ animal: number, fix: number } | undefined} from @param {string} key */
function stepFrom(from, key) {
  const shown = Array.from(isShown.keys()).filter((animal) => isShown[animal] && fixesOf(animal).seconds.length > 0);
  const [first] = shown;
  if (first === undefined || !['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key)) return undefined;
  if (from === undefined || !isShown[from.animal]) return { animal: first, fix: 0 };
  const { animal, fix } = from;
  const last = fixesOf(animal).seconds.length - 1;
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const other = shown[shown.indexOf(animal) + (key === 'ArrowUp' ? -1 : 1)] ?? animal;
    return { animal: other, fix: other === animal ? fix : 0 };
  }
  const to = { ArrowLeft: fix - 1, ArrowRight: fix + 1, Home: 0, End: last }[key] ?? fix;
  return { animal, fix: Math.min(last, Math.max(0, to)) };
}

const months = /** @type {SVGSVGElement | null} */ (document.querySelector('svg.months'));
months?.addEventListener('pointermove', (event) => {
  const at = placeIn(months, event);
  const [fromMs = 0, toMs = 1, left = 0, right = 1] = (months.dataset['x'] ?? '').split(' ').map(Number);
  const row = months.querySelectorAll('.animal')[Math.floor(at.y / Number(months.dataset['row']))];
  const time = new Date(fromMs + ((at.x - left) / (right - left)) * (toMs - fromMs));
  const month = time.getUTCFullYear() * 12 + time.getUTCMonth() - 1970 * 12;
  const counts = (row?.getAttribute('data-counts') ?? '').split(',');
  const index = month - Number(months.dataset['first']);
  if (row === undefined || at.x < left || index >= counts.length) {
    readout.textContent = '';
    return;
  }
  const name = items[animalOf(row)]?.querySelector('.name')?.textContent ?? '';
  readout.textContent = `${name}\n${time.toISOString().slice(0, 7)}: ${counts[index] || 0} fixes`;
  placeReadout(event.clientX, event.clientY);
});
months?.addEventListener('pointerleave', () => {
  readout.textContent = '';
});

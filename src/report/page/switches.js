// Switches of the animals: in the list one by one, all that are found, or none.

/** @type {HTMLElement[]} */
const items = all('.legend li');
const boxes = items.map((item) => /** @type {HTMLInputElement} */ (item.querySelector('input')));
const names = items.map((item) => (item.textContent ?? '').toLowerCase());

/** @param {number} animal @param {boolean} on */
function show(animal, on) {
  isShown[animal] = on;
  const box = boxes[animal];
  if (box) box.checked = on;
  items[animal]?.classList.toggle('off', !on);
  for (const drawing of drawings[animal] ?? []) drawing.classList.toggle('off', !on);
}

/** @param {boolean} on */
function showFound(on) {
  for (const [animal, item] of items.entries()) if (!item.hidden) show(animal, on);
  tellShown();
}

function tellShown() {
  const shown = isShown.filter((is) => is).length;
  byId('shown').textContent = shown === items.length ? '' : `${shown} of ${items.length} animals are shown.`;
}

/** Bring out one animal; -1 for none. @param {number} animal */
function lightUp(animal) {
  for (const lit of all('.animal.lit')) lit.classList.remove('lit');
  document.body.classList.toggle('has-lit', animal >= 0);
  for (const drawing of drawings[animal] ?? []) drawing.classList.add('lit');
}

for (const [animal, item] of items.entries()) {
  boxes[animal]?.addEventListener('change', () => {
    show(animal, boxes[animal]?.checked === true);
    tellShown();
  });
  item.addEventListener('pointerenter', () => lightUp(isShown[animal] ? animal : -1));
  item.addEventListener('pointerleave', () => lightUp(-1));
  item.addEventListener('focusin', () => lightUp(isShown[animal] ? animal : -1));
  item.addEventListener('focusout', () => lightUp(-1));
  // A browser that is gone back in remembers what was ticked.
  show(animal, true);
}

byId('find').addEventListener('input', () => {
  const wanted = byId('find').value.toLowerCase();
  for (const [animal, item] of items.entries()) item.hidden = !names[animal]?.includes(wanted);
  byId('all').textContent = wanted === '' ? 'Show all' : 'Show these';
  byId('none').textContent = wanted === '' ? 'Hide all' : 'Hide these';
});
byId('all').addEventListener('click', () => showFound(true));
byId('none').addEventListener('click', () => showFound(false));

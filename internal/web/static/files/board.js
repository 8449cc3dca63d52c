// The board: a card that is dragged to a lane does what its menu does for that lane; where the menu has no such way, the lane does not take it.

let dragged;

const way = (lane) => dragged?.querySelector(`[data-to="${CSS.escape(lane.dataset.lane)}"]`);

document.addEventListener('pointerdown', (event) => {
  const card = event.target.closest?.('[data-card]');
  if (card) card.draggable = card.querySelector('[data-to]') !== null && !event.target.closest('a, button, summary');
});

document.addEventListener('dragstart', (event) => {
  dragged = event.target.closest?.('[data-card]');
  if (dragged) event.dataTransfer.effectAllowed = 'move';
});

document.addEventListener('dragover', (event) => {
  const lane = event.target.closest?.('[data-lane]');
  for (const other of document.querySelectorAll('.lane.over')) other.classList.toggle('over', other === lane);
  if (!lane || !way(lane)) return;
  event.preventDefault();
  lane.classList.add('over');
});

document.addEventListener('drop', (event) => {
  const lane = event.target.closest?.('[data-lane]');
  const to = lane && way(lane);
  if (!to) return;
  event.preventDefault();
  if (to.matches('form')) to.requestSubmit();
  else location.assign(to.href);
});

document.addEventListener('dragend', () => {
  dragged = undefined;
  for (const lane of document.querySelectorAll('.lane.over')) lane.classList.remove('over');
});

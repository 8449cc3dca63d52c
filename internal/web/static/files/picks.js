// Rows that can be picked: the box in the head ticks all that are shown, and the bar below says how many are.

const boxes = () => [...document.querySelectorAll('tbody .pick')];

function tell() {
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  for (const words of document.querySelectorAll('[data-picked]')) words.textContent = `${picked} picked`;
  for (const head of document.querySelectorAll('[data-pick-all]')) {
    head.hidden = false;
    const box = head.querySelector('input');
    box.checked = picked > 0 && picked === all.length;
    box.indeterminate = picked > 0 && picked < all.length;
  }
}

document.addEventListener('change', (event) => {
  if (event.target.closest('[data-pick-all]')) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches('.pick')) tell();
});
document.addEventListener('htmx:afterSwap', tell);
tell();

// Keys on every page: / goes to the search, j and k walk the rows of a list, Enter opens the row, x selects it. A link with a key of its own is followed by it. A click on a row opens it too.

const typing = (target) => target.closest?.('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable]');
const links = () => [...document.querySelectorAll('[data-rows] > * [data-open]')].filter((link) => link.checkVisibility());

function walk(by) {
  const all = links();
  const row = document.activeElement.closest?.('[data-rows] > *');
  const at = row ? all.findIndex((link) => row.contains(link)) : -1;
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  const act = {
    '/': () => [...document.querySelectorAll('[data-search]')].find((input) => input.checkVisibility())?.focus(),
    j: () => walk(1),
    k: () => walk(-1),
    ...Object.fromEntries([...document.querySelectorAll('a[data-key]')].map((link) => [link.dataset.key, () => link.click()])),
    x: () => document.activeElement.closest?.('[data-rows] > *')?.querySelector('.pick')?.click(),
  }[event.key];
  if (!act || document.querySelector('dialog[open], :popover-open')) return;
  event.preventDefault();
  act();
});

document.addEventListener('click', (event) => {
  if (event.target.closest('a, button, input, label, summary, select')) return;
  const link = event.target.closest('[data-rows] > *')?.querySelector('[data-open]');
  if (!link || String(getSelection())) return; // text is being selected, not a row opened
  if (event.ctrlKey || event.metaKey) window.open(link.href, '_blank', 'noopener');
  else link.click();
});

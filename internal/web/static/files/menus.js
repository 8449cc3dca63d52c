// Menus close on Escape and on a click outside; one is open at a time. The choice of theme, contrast and rail is told to the server. The tab of
// this page is brought into view.

const open = () => document.querySelectorAll('details.menu[open]');

function close(menu, focus) {
  menu.open = false;
  if (focus) menu.querySelector('summary').focus();
}

document.addEventListener('click', (event) => {
  for (const menu of open()) {
    if (!menu.contains(event.target)) close(menu);
  }
});

document.addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('details.menu') || open()[0];
  if (!menu) return;
  if (event.key === 'Escape' && menu.open) {
    event.preventDefault();
    close(menu, true);
  }
  if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && menu.contains(event.target) && event.target.type !== 'radio') {
    event.preventDefault();
    menu.open = true;
    step(menu, event.key === 'ArrowDown' ? 1 : -1);
  }
});

// step moves the focus to the next thing in a menu, around its ends.
function step(menu, by) {
  const items = [...menu.querySelectorAll(':scope > div :is(a, button, input)')].filter((item) => item.checkVisibility());
  const at = items.indexOf(document.activeElement);
  items[(at + by + items.length + (at < 0 && by < 0 ? 1 : 0)) % items.length]?.focus();
}

document.addEventListener('toggle', (event) => {
  const menu = event.target;
  if (!menu.matches?.('details.menu') || !menu.open) return;
  for (const other of open()) {
    if (other !== menu) close(other);
  }
}, true);

// Focus that leaves a menu by Tab closes it: nothing is left hanging over the page.
document.addEventListener('focusin', (event) => {
  for (const menu of open()) {
    if (!menu.contains(event.target)) close(menu);
  }
});

// The stylesheet acts on the choice at once (:has); the server keeps it for the next page and for the person's other devices.
document.addEventListener('change', (event) => {
  const input = event.target;
  if (!input.matches('[data-look]')) return;
  const value = input.type === 'checkbox' && !input.checked ? '' : input.value;
  const root = document.documentElement;
  if (input.name === 'theme' || input.name === 'contrast') {
    if (value === 'auto') root.removeAttribute(`data-${input.name}`);
    else root.setAttribute(`data-${input.name}`, value);
    for (const twin of document.querySelectorAll(`input[name="${input.name}"][value="${value}"]`)) twin.checked = true;
  }
  fetch(input.dataset.look, { method: 'POST', body: new URLSearchParams({ [input.name]: value }), redirect: 'manual' })
    .catch(() => {}); // the page has changed already; the next choice is sent again
});

// On a narrow screen the tab of this page may lie outside its row.
for (const tab of document.querySelectorAll(':is(.tabs, .seg) > [aria-current]')) {
  const row = tab.parentElement;
  row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - tab.clientWidth) / 2;
}

// The rows of a form about a checklist or a round: moved by dragging their grip and by their buttons, without asking the server; what is sent
// has them in their order. Without this module the buttons are sent to the server, which moves the row.

const list = document.querySelector('[data-rows]');
const rows = () => [...list.querySelectorAll(':scope > [data-row]')];
const button = (row, verb) => row.querySelector(`button[name="do"][value^="${verb}:"]`);
function title(row) {
  const e = row.querySelector('b, input[type="text"], select');
  return e?.selectedOptions?.[0]?.textContent || e?.value || e?.textContent || '';
}

function settle(row, focus) {
  const all = rows();
  for (const [i, one] of all.entries()) {
    button(one, 'up').disabled = i === 0;
    button(one, 'down').disabled = i === all.length - 1;
  }
  if (row) {
    document.querySelector('[data-moved]').textContent = `${title(row)} is number ${all.indexOf(row) + 1} of ${all.length}.`;
  }
  focus?.focus();
  list.closest('form').dispatchEvent(new Event('input', { bubbles: true }));
  list.closest('form').dispatchEvent(new Event('moved'));
}

function move(row, by) {
  const all = rows();
  const at = all.indexOf(row);
  const to = at + by;
  if (to < 0 || to >= all.length) return;
  if (by < 0) all[to].before(row);
  else all[to].after(row);
  const verb = by < 0 ? 'up' : 'down';
  const edge = by < 0 ? to === 0 : to === all.length - 1;
  settle(row, button(row, edge ? (verb === 'up' ? 'down' : 'up') : verb));
}

let held = null;

function grip(row) {
  const handle = row.querySelector('[data-grip]');
  handle.hidden = false;
  handle.addEventListener('pointerdown', () => { row.draggable = true; });
  row.addEventListener('dragstart', (event) => {
    if (event.target !== row) return;
    held = row;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', row.dataset.row);
    row.classList.add('held');
  });
  row.addEventListener('dragend', () => {
    row.draggable = false;
    row.classList.remove('held');
    if (held) settle(row);
    held = null;
  });
  row.addEventListener('dragover', (event) => {
    if (!held || held === row) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) row.before(held);
    else row.after(held);
  });
  row.addEventListener('drop', (event) => event.preventDefault());
}

if (list) {
  for (const row of rows()) grip(row);
  list.addEventListener('added', (event) => { grip(event.target); settle(); });
  list.addEventListener('click', (event) => {
    const b = event.target.closest('button[name="do"]');
    if (!b) return;
    const [verb] = b.value.split(':');
    const row = b.closest('[data-row]');
    event.preventDefault();
    if (verb === 'drop') {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      settle(null, next && button(next, 'drop'));
    } else move(row, verb === 'up' ? -1 : 1);
  });
  // Enter in the field that adds adds; elsewhere it draws the preview anew.
  document.getElementById('f-add')?.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    list.closest('form').requestSubmit(document.querySelector('[data-adds]'));
  });
}

// Forms: what was typed survives a reload and the end of a session; what cannot be undone is confirmed; faults are found at once.

const person = document.body.dataset.person || '';
const skip = new Set(['password', 'file', 'hidden', 'submit', 'button']);
const inputs = (form) => [...form.elements].filter((e) => e.name && !skip.has(e.type));
const key = (form) => `draft:${form.dataset.draft}`;
const version = (form) => form.elements.namedItem('version')?.value || '';

function say(text) {
  const toast = document.createElement('p');
  toast.className = 'toast';
  toast.textContent = text;
  document.getElementById('toasts')?.replaceChildren(toast);
}

// Drafts. They live in this tab only, belong to one person, and go at sign-out.

const typed = (form) => inputs(form).map((e) => [e.name, e.type === 'checkbox' || e.type === 'radio' ? [e.value, e.checked] : e.value]);

function keep(form) {
  sessionStorage.setItem(key(form), JSON.stringify({ person, version: version(form), at: Date.now(), values: typed(form) }));
}

function put(form, values) {
  const open = inputs(form);
  for (const [name, value] of values) {
    const at = open.findIndex((e) => e.name === name && (!Array.isArray(value) || e.value === value[0]));
    if (at < 0) continue;
    const [input] = open.splice(at, 1);
    if (Array.isArray(value)) input.checked = value[1];
    else input.value = value;
  }
}

// A form whose rows come and go is put back by its server: with the button that shows what was typed without saving it.
const shape = (values) => values.map(([name]) => name).join();

function resend(form, values, again) {
  put(form, values);
  const names = new Set(values.map(([name]) => name));
  for (const e of inputs(form)) e.disabled = !names.has(e.name);
  const there = inputs(form).map((e) => e.name);
  for (const [name, value] of values) {
    const at = there.indexOf(name);
    if (at >= 0) there.splice(at, 1);
    if (at >= 0 || (Array.isArray(value) && !value[1])) continue;
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value: Array.isArray(value) ? value[0] : value }));
  }
  form.requestSubmit(again);
}

// A page that is loaded anew shows what was sent before; what was typed since is in the draft.
const reloaded = performance.getEntriesByType('navigation')[0]?.type === 'reload';

function restore(form) {
  if ('typed' in form.dataset && !reloaded) { keep(form); return; } // the server gave back what was typed
  const draft = JSON.parse(sessionStorage.getItem(key(form)) || 'null');
  if (!draft || draft.person !== person || (!reloaded && form.querySelector('[aria-invalid="true"]')) || JSON.stringify(typed(form)) === JSON.stringify(draft.values)) return;
  const before = typed(form);
  const time = new Date(draft.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const same = draft.version === version(form);
  const again = form.querySelector('[data-again]');
  const other = again && shape(before) !== shape(draft.values);
  if (same && !other) put(form, draft.values);
  if (other) note(form, { text: `You typed something here at ${time}${same ? '' : ', and the record has changed since'}.`, button: 'Put mine back', act() { resend(form, draft.values, again); } });
  else note(form, same
    ? { text: `What you typed at ${time} is back.`, button: 'Start afresh', act() { put(form, before); sessionStorage.removeItem(key(form)); } }
    : { text: `You typed something here at ${time}, and the record has changed since.`, button: 'Put mine back', act() { put(form, draft.values); } });
}

function note(form, { text, button, act }) {
  const make = (tag, className, ...children) => {
    const node = Object.assign(document.createElement(tag), { className });
    node.append(...children);
    return node;
  };
  const b = Object.assign(make('button', 'btn', button), { type: 'button' });
  const box = make('div', 'note new', make('span', ''), make('div', '', make('p', '', text), make('p', 'row', b)));
  box.setAttribute('role', 'status');
  b.addEventListener('click', () => { act(); box.remove(); form.querySelector('.in')?.focus(); });
  form.prepend(box);
}

// A draft that was sent is done with when the server says that it took it: in a line on the next page, or where the page is marked for it.
function settle() {
  const sent = sessionStorage.getItem('sent');
  sessionStorage.removeItem('sent');
  if (sent && document.querySelector('#toasts .toast, [data-taken]')) sessionStorage.removeItem(sent);
}

settle();
for (const form of document.querySelectorAll('form[data-draft]')) restore(form);

document.addEventListener('input', (event) => {
  const form = event.target.form;
  if (form?.dataset.draft) keep(form);
});

// Confirming. Without this module the server asks on a page of its own, because `confirm` is missing.

function ask(form, submitter) {
  const { confirm: title, confirmText = '', confirmGo = 'Go on', confirmType = '' } = form.dataset;
  const make = (tag, className, text = '') => Object.assign(document.createElement(tag), { className, textContent: text });
  const dialog = make('dialog', 'dialog');
  const heading = make('h2', '', title);
  heading.id = 'confirm-title';
  dialog.setAttribute('aria-labelledby', heading.id);
  const name = Object.assign(make('input', 'in'), { id: 'confirm-name', autocomplete: 'off' });
  const label = Object.assign(make('label', '', `Type ${confirmType} to go on`), { htmlFor: name.id });
  const field = make('div', 'field');
  field.append(label, name);
  const go = Object.assign(make('button', 'btn bad', confirmGo), { type: 'button', disabled: Boolean(confirmType) });
  const stay = Object.assign(make('button', 'btn', 'Keep it'), { type: 'button' });
  const row = make('div', 'row');
  row.append(go, stay);
  dialog.append(heading, make('p', '', confirmText), ...(confirmType ? [field] : []), row);

  name.addEventListener('input', () => { go.disabled = name.value.trim() !== confirmType; });
  stay.addEventListener('click', () => dialog.close());
  go.addEventListener('click', () => {
    const yes = Object.assign(document.createElement('input'), { type: 'hidden', name: 'confirm', value: confirmType || 'yes' });
    form.append(yes);
    form.dataset.confirmed = 'yes';
    dialog.close();
    form.requestSubmit(submitter);
  });
  dialog.addEventListener('close', () => { dialog.remove(); submitter?.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  (confirmType ? name : stay).focus();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    ask(form, event.submitter);
    return;
  }
  if (form.dataset.forget !== undefined) sessionStorage.clear();
  sessionStorage.removeItem('sent');
  if (form.dataset.draft) sessionStorage.setItem('sent', key(form));
  if (form.method === 'post' && event.submitter) event.submitter.setAttribute('aria-busy', 'true');
}, true);

// Back from the next page: the button is ready again.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button[aria-busy]')) button.removeAttribute('aria-busy');
});

// What is made to be printed has a button for it; without scripts the browser's own menu serves.
for (const box of document.querySelectorAll('[data-print]')) {
  box.hidden = false;
  box.addEventListener('click', () => print());
}

// A code that a link carries after the # reaches no server and no log: it is put into the form as if it were typed, and sent.
function sendFragment() {
  const form = document.querySelector('form[data-fragment]');
  if (!form || location.hash.length < 40) return;
  document.getElementById(form.dataset.fragment).value = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  form.requestSubmit();
}

sendFragment();
addEventListener('hashchange', sendFragment);

// A form that came back with faults puts the reader at their summary.
document.querySelector('[data-faults]')?.focus();

document.addEventListener('htmx:responseError', (event) => {
  const id = event.detail.xhr.getResponseHeader('X-Request-Id');
  say(`The answer did not come. What you see may be old.${id ? ` If you ask for help, give ${id}.` : ''}`);
});
document.addEventListener('htmx:sendError', () => say('No connection. What you see may be old.'));
document.addEventListener('htmx:timeout', () => say('No answer for a while. What you see may be old.'));

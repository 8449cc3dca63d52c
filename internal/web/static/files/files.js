// Files: those that are chosen or dropped go up one by one, with progress, and nothing else on the page is touched: what was typed stays.
// A file that was not taken says why, and can be tried again or left out. Without this module the form does it with a page of its own.

const make = (tag, className = '', text = '') => Object.assign(document.createElement(tag), { className, textContent: text });
const button = (text, act) => {
  const b = Object.assign(make('button', 'btn', text), { type: 'button' });
  b.addEventListener('click', act);
  return b;
};
const words = (bytes) => (bytes >= 1 << 20 ? `${(bytes / (1 << 20)).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`);

const box = () => document.querySelector('[data-files]');
const queue = () => box()?.querySelector('[data-files-queue]');
const waiting = [];
let busy = false;

function say(text) {
  const line = box()?.querySelector('[data-files-said]');
  if (line) line.textContent = text;
}

// One line of the queue: name, progress, and what can be done.
function line(file) {
  const li = make('li', 'upload');
  const bar = Object.assign(make('progress'), { max: 1, value: 0 });
  bar.setAttribute('aria-label', file.name);
  const acts = make('span', 'row');
  li.append(make('b', '', file.name), make('span', 'soft', words(file.size)), bar, acts);
  queue().append(li);
  queue().hidden = false;
  return { file, li, bar, acts };
}

function gone(entry) {
  entry.li.remove();
  const list = queue();
  if (list && !list.children.length) list.hidden = true;
}

function refuse(entry, why, again) {
  entry.bar.hidden = true;
  entry.li.querySelector('.err')?.remove();
  entry.acts.before(make('p', 'err', why));
  const acts = again ? [button('Try again', () => { start(entry); })] : [];
  entry.acts.replaceChildren(...acts, button('Leave it out', () => gone(entry)));
  say(`${entry.file.name} was not added. ${why}`);
}

function start(entry) {
  entry.li.querySelector('.err')?.remove();
  entry.bar.hidden = false;
  entry.bar.value = 0;
  entry.acts.replaceChildren(button('Cancel', () => {
    const at = waiting.indexOf(entry);
    if (at >= 0) waiting.splice(at, 1);
    entry.xhr?.abort();
    gone(entry);
  }));
  const most = Number(box().dataset.max);
  if (entry.file.size > most) refuse(entry, `It has ${words(entry.file.size)}, and at most ${words(most)} are taken. Send a smaller one.`, false);
  else if (entry.file.size === 0) refuse(entry, 'It is empty.', false);
  else {
    waiting.push(entry);
    next();
  }
}

function next() {
  if (busy || !waiting.length || !box()) return;
  busy = true;
  const entry = waiting.shift();
  const xhr = entry.xhr = new XMLHttpRequest();
  const done = () => { busy = false; next(); };
  xhr.open('POST', box().querySelector('form').action);
  xhr.responseType = 'document';
  xhr.setRequestHeader('Accept', 'text/html');
  xhr.upload.addEventListener('progress', (event) => { if (event.lengthComputable) entry.bar.value = event.loaded / event.total; });
  xhr.upload.addEventListener('load', () => entry.bar.removeAttribute('value')); // the server looks at it now
  xhr.addEventListener('abort', done);
  for (const kind of ['error', 'timeout']) {
    xhr.addEventListener(kind, () => {
      refuse(entry, 'There is no connection. It is kept here until you try again.', true);
      done();
    });
  }
  xhr.addEventListener('load', () => {
    settle(entry, xhr);
    done();
  });
  const body = new FormData();
  body.append('script', 'yes');
  body.append('file', entry.file);
  xhr.send(body);
}

function settle(entry, xhr) {
  const answer = xhr.response;
  const section = answer?.querySelector('#files');
  if (xhr.status === 200 && section) {
    gone(entry);
    show(section);
    say(`${entry.file.name} is added.`);
    return;
  }
  const why = answer?.querySelector('#files [role="alert"] li')?.textContent;
  const id = xhr.getResponseHeader('X-Request-Id');
  if (why) refuse(entry, why, xhr.status >= 500);
  else if (xhr.status === 401 || !section) refuse(entry, `The server did not take it (${xhr.status}).${id ? ` If you ask for help, give ${id}.` : ''}`, true);
  else refuse(entry, 'The server did not take it.', true);
}

// Put the list of files as it is now in its place. The form stays: another file may be on its way, or just be chosen.
function show(section) {
  const here = box();
  for (const part of ['h2', '.thumbs, p.soft']) {
    const [old, fresh] = [here.querySelector(`:scope > ${part.split(', ').join(', :scope > ')}`), section.querySelector(part)];
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  }
  here.querySelector('[data-faults]')?.remove();
}

function take(files) {
  for (const file of files) start(line(file));
}

const first = box();
if (first) {
  const input = first.querySelector('input[type="file"]');
  input.required = false;
  first.querySelector('[data-files-go]').hidden = true; // choosing is enough
  const hint = make('p', 'soft', 'Or drop files anywhere on this card.');
  input.after(hint);
  input.addEventListener('change', () => {
    take([...input.files]);
    input.value = '';
  });
  first.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
  const dragged = (event) => event.dataTransfer?.types.includes('Files');
  for (const kind of ['dragenter', 'dragover']) {
    first.addEventListener(kind, (event) => {
      if (!dragged(event)) return;
      event.preventDefault();
      first.classList.add('over');
    });
  }
  first.addEventListener('dragleave', (event) => { if (!first.contains(event.relatedTarget)) first.classList.remove('over'); });
  first.addEventListener('drop', (event) => {
    if (!dragged(event)) return;
    event.preventDefault();
    first.classList.remove('over');
    take([...event.dataTransfer.files]);
  });
  // A file dropped beside the card must not replace the page, and with it what was typed.
  for (const kind of ['dragover', 'drop']) addEventListener(kind, (event) => { if (dragged(event)) event.preventDefault(); });
  addEventListener('beforeunload', (event) => { if (busy || waiting.length) event.preventDefault(); });
}

// The go-to palette: Ctrl-K opens it, typing narrows the places and asks the server for records, arrows choose, Enter goes.

const palette = document.getElementById('palette');

if (palette) {
  const input = palette.querySelector('input');
  const list = palette.querySelector('ul');
  const said = palette.querySelector('[role="status"]');
  const places = [...list.children];
  let asked = new AbortController();
  let timer;

  const rows = () => [...list.querySelectorAll('a')].filter((a) => !a.parentElement.hidden);

  function choose(link) {
    for (const a of list.querySelectorAll('a')) a.classList.toggle('on', a === link);
    link?.scrollIntoView({ block: 'nearest' });
  }

  function narrow() {
    const words = input.value.trim().toLowerCase().split(/\s+/);
    for (const item of places) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    choose(rows()[0]);
  }

  // row makes an entry from { label, detail, href, icon } as the server answers it.
  function row(hit) {
    const item = document.createElement('li');
    const a = document.createElement('a');
    const to = new URL(hit.href, location.href);
    if (to.origin !== location.origin) return item;
    a.href = to.href;
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', 'i');
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttribute('href', `${palette.dataset.sprite}#${hit.icon}`);
    svg.append(use);
    const detail = document.createElement('span');
    detail.className = 'soft end';
    detail.textContent = hit.detail || '';
    a.append(svg, hit.label, detail);
    item.dataset.hit = '';
    item.append(a);
    return item;
  }

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const text = input.value.trim();
    let hits = [];
    if (text && palette.dataset.find) {
      try {
        const answer = await fetch(`${palette.dataset.find}?${new URLSearchParams({ q: text })}`, {
          signal: asked.signal, headers: { Accept: 'application/json' },
        });
        if (answer.ok) hits = await answer.json();
      } catch (error) {
        if (error.name === 'AbortError') return;
      }
    }
    const chosen = list.querySelector('.on')?.href;
    for (const old of list.querySelectorAll('[data-hit]')) old.remove();
    list.append(...hits.map(row));
    choose(rows().find((a) => a.href === chosen) || rows()[0]);
    said.textContent = rows().length ? `${rows().length} to choose from` : 'Nothing found';
    said.classList.toggle('sr', rows().length > 0);
  }

  input.addEventListener('input', () => {
    narrow();
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });

  palette.addEventListener('keydown', (event) => {
    const all = rows();
    const at = all.findIndex((a) => a.classList.contains('on'));
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(all[(at + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length]);
    }
  });

  // Enter goes to what is chosen; with nothing chosen the form searches.
  palette.querySelector('form').addEventListener('submit', (event) => {
    const chosen = rows().find((a) => a.classList.contains('on'));
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
  });

  // Emptied before it shows, and its field has autofocus: what is typed right after Ctrl-K is kept.
  palette.addEventListener('beforetoggle', (event) => {
    if (event.newState !== 'open') return;
    input.value = '';
    narrow();
    ask();
  });

  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      palette.togglePopover();
    }
  });
}

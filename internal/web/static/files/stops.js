// The stops of a tour or route on a map: a click on a place, or its button in the list, makes it the next stop; numbers and a line show the way.
// It stands before map.js, which draws the map. Without it the rows of the form are what they are.

const L = globalThis.L;
const box = document.querySelector('[data-way]');
const form = document.querySelector('[data-rows]')?.closest('form');
const list = form?.querySelector('[data-rows]');
const rows = () => [...list.querySelectorAll(':scope > [data-row]')];
const field = (row) => row.querySelector('[name^="stop_place_"]');
const say = (text) => { form.querySelector('[data-moved]').textContent = text; };

function number() {
  for (const [i, row] of rows().entries()) row.querySelector(`label[for="${field(row).id}"]`).firstChild.nodeValue = `Stop ${i + 1} `;
}

// another makes an empty row out of one that was there.
function another(blank) {
  const key = String(Math.max(-1, ...rows().map((row) => Number(row.dataset.row))) + 1);
  const row = blank.cloneNode(true);
  row.dataset.row = key;
  for (const e of row.querySelectorAll('*')) {
    for (const name of ['id', 'name', 'for', 'aria-describedby']) {
      if (e.hasAttribute(name)) e.setAttribute(name, e.getAttribute(name).replace(/(stop_[a-z]+_)\d+/g, `$1${key}`));
    }
    if (e.matches('button')) e.value = e.value.replace(/\d+$/, key);
    else if (e.matches('input, select')) e.value = e.name === 'row' ? key : '';
  }
  list.append(row);
  row.dispatchEvent(new Event('added', { bubbles: true }));
  return row;
}

function start(map) {
  const items = [...box.querySelectorAll('[data-point]')];
  const blank = rows().at(-1).cloneNode(true);
  const layer = L.layerGroup().addTo(map);
  const find = (text) => {
    const value = text.trim().toLowerCase();
    return value && items.find(({ dataset: d }) => d.place.toLowerCase() === value || d.code.toLowerCase() === value);
  };
  const spot = (item) => [Number(item.dataset.lat), Number(item.dataset.lon)];

  function draw() {
    layer.clearLayers();
    const stops = rows().map((row) => field(row).value).filter((value) => value.trim());
    const way = stops.map(find);
    const known = way.filter(Boolean);
    for (const item of items) {
      const at = way.flatMap((other, i) => (other === item ? [i + 1] : [])).join(', ');
      item.querySelector('[data-at]').textContent = at && `Stop ${at}`;
      if (!at) continue;
      const mark = Object.assign(document.createElement('b'), { textContent: at });
      L.tooltip({ permanent: true, direction: 'right', offset: [6, 0], className: 'map-name' }).setLatLng(spot(item)).setContent(mark).addTo(layer);
    }
    L.polyline(known.map(spot), { className: 'map-way', interactive: false }).addTo(layer);
    let far = 0;
    for (let i = 1; i < known.length; i += 1) far += map.distance(spot(known[i - 1]), spot(known[i]));
    const lost = stops.length - known.length;
    box.querySelector('[data-way-words]').textContent = `${stops.length} ${stops.length === 1 ? 'stop' : 'stops'}, ${far < 1000 ? `${Math.round(far)} m` : `${(far / 1000).toFixed(1)} km`} along straight lines.`
      + (lost ? ` ${lost} not on the map.` : '');
  }

  for (const item of items) {
    item.querySelector('button').addEventListener('click', () => {
      const row = rows().find((one) => !field(one).value.trim()) || another(blank);
      field(row).value = item.dataset.place;
      field(row).dispatchEvent(new Event('input', { bubbles: true }));
      say(`${item.dataset.code} is stop ${rows().indexOf(row) + 1}.`);
    });
  }
  form.addEventListener('input', draw);
  form.addEventListener('change', draw);
  form.addEventListener('moved', draw);
  draw();
}

if (box && list) {
  box.hidden = false;
  box.addEventListener('drawn', (event) => start(event.detail));
}
if (list?.querySelector('[name^="stop_place_"]')) form.addEventListener('moved', number);
// Another site has other places.
const places = form?.querySelector('[data-places]');
if (places) form.querySelector('[name="site_id"]')?.addEventListener('change', () => form.requestSubmit(places));

// Maps. The list beside each map is its data and its fallback: every [data-point] carries where it is, and the map draws them.
// Points are reached by keyboard through the list; the map itself pans and zooms with arrows, + and -. Leaflet's own controls are not
// used: they write HTML from strings.

const L = globalThis.L;

const grid = () => {
  const layer = L.gridLayer({ className: 'map-grid' });
  layer.createTile = () => document.createElement('div');
  return layer;
};

function read(item) {
  const { lat, lon, radius, code, tone } = item.dataset;
  return { item, at: [Number(lat), Number(lon)], radius: Number(radius) || 0, code, tone: tone || 'open', link: item.querySelector('a, button') };
}

function label(point) {
  const span = document.createElement('span');
  span.textContent = point.code;
  return span;
}

// draw puts a point and its radius (metres) on the map and ties both to the row in the list.
function draw(map, point) {
  const around = point.radius ? L.circle(point.at, { radius: point.radius, className: 'map-fence', interactive: false }).addTo(map) : null;
  const dot = L.circleMarker(point.at, { radius: 7, className: `map-dot ${point.tone}` }).addTo(map);
  dot.bindTooltip(label(point), { direction: 'top', offset: [0, -8], className: 'map-name' });

  const mark = (on) => {
    dot.setRadius(on ? 10 : 7);
    dot.getElement()?.classList.toggle('on', on);
    point.item.classList.toggle('on', on);
    if (on) dot.bringToFront().openTooltip();
    else dot.closeTooltip();
  };
  dot.on('mouseover', () => mark(true)).on('mouseout', () => mark(false));
  if (point.link) dot.on('click', () => point.link.click());
  point.item.addEventListener('pointerenter', () => mark(true));
  point.item.addEventListener('pointerleave', () => mark(false));
  point.item.addEventListener('focusin', () => { mark(true); map.panInside(point.at, { padding: [40, 40] }); });
  point.item.addEventListener('focusout', () => mark(false));
  return around || dot;
}

// A form may let a place be picked: the map then writes to the inputs named by data-lat-input and data-lon-input.
function pick(map, box) {
  const lat = document.getElementById(box.dataset.latInput);
  const lon = document.getElementById(box.dataset.lonInput);
  const radius = document.getElementById(box.dataset.radiusInput);
  if (!lat || !lon) return;
  let shown = [];
  const show = () => {
    for (const layer of shown) layer.remove();
    shown = [];
    const at = [Number(lat.value), Number(lon.value)];
    if (lat.value === '' || lon.value === '' || !at.every(Number.isFinite)) return;
    if (Number(radius?.value) > 0) shown.push(L.circle(at, { radius: Number(radius.value), className: 'map-fence', interactive: false }).addTo(map));
    shown.push(L.circleMarker(at, { radius: 7, className: 'map-dot open', interactive: false }).addTo(map));
    if (!map.getBounds().contains(at)) map.setView(at, Math.max(map.getZoom(), 15));
  };
  for (const input of [lat, lon, radius]) input?.addEventListener('input', show);
  map.on('click', ({ latlng }) => {
    const { lat: y, lng: x } = latlng.wrap();
    lat.value = y.toFixed(6);
    lon.value = x.toFixed(6);
    lat.dispatchEvent(new Event('input', { bubbles: true }));
    show();
  });
  show();
}

function fit(map, layers) {
  const bounds = L.latLngBounds(layers.map((layer) => (layer.getBounds ? layer.getBounds() : layer.getLatLng())));
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [32, 32], maxZoom: 16 });
  else map.setView([20, 0], 2);
}

function start(box) {
  const canvas = box.querySelector('[data-canvas]');
  canvas.hidden = false;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(canvas, {
    zoomControl: false, attributionControl: false, scrollWheelZoom: false, minZoom: 2, maxZoom: 19, worldCopyJump: true,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
  });
  map.setView([20, 0], 2);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 19 }).addTo(map);
  else grid().addTo(map);

  const points = [...box.querySelectorAll('[data-point]')].map(read).filter((point) => point.at.every(Number.isFinite));
  const layers = points.map((point) => draw(map, point));
  fit(map, layers);
  pick(map, box);
  box.dispatchEvent(new CustomEvent('drawn', { detail: map }));

  box.querySelector('[data-zoom-in]')?.addEventListener('click', () => map.zoomIn());
  box.querySelector('[data-zoom-out]')?.addEventListener('click', () => map.zoomOut());
  box.querySelector('[data-fit]')?.addEventListener('click', () => fit(map, layers));
  canvas.addEventListener('focusin', () => map.scrollWheelZoom.enable());
  canvas.addEventListener('focusout', () => map.scrollWheelZoom.disable());
  new ResizeObserver(() => map.invalidateSize()).observe(canvas);
}

for (const box of document.querySelectorAll('[data-map]')) start(box);

// Carrying out a task: what a phone can say for itself (where it is, what its camera reads, a signature), and what is kept while questions follow the
// answers. Whoever cannot or will not use it types instead; without this module nothing of it is shown.

const form = document.getElementById('do');
const field = (name) => form?.elements.namedItem(name);

function put(name, value) {
  const input = field(name);
  if (!input) return;
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

// Where the phone is. One field takes both numbers, two take one each.
function locate(box) {
  const said = box.querySelector('[role="status"]');
  const names = box.dataset.locate.split(' ');
  said.textContent = 'The phone is asked…';
  navigator.geolocation.getCurrentPosition((at) => {
    const [lat, lng] = [at.coords.latitude.toFixed(6), at.coords.longitude.toFixed(6)];
    if (names.length === 1) put(names[0], `${lat},${lng}`);
    else { put(names[0], lat); put(names[1], lng); }
    said.textContent = `Within ${Math.round(at.coords.accuracy)} metres.`;
  }, (error) => {
    said.textContent = error.code === 1 ? 'The phone may not say where it is. Allow it, type the position, or say why there is none.'
      : 'The phone does not know where it is. Try again outside, type the position, or say why there is none.';
    field('no_point')?.focus();
  }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 });
}

// What the camera reads, in a box of its own until something is read.
async function scan(box) {
  const said = box.querySelector('[role="status"]');
  const name = box.dataset.scan;
  if (box.querySelector('video')) return;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch {
    said.textContent = 'The camera may not be used. Type the code.';
    return;
  }
  const video = Object.assign(document.createElement('video'), { className: 'scan-box', autoplay: true, muted: true, playsInline: true, srcObject: stream });
  const stop = Object.assign(document.createElement('button'), { className: 'btn', type: 'button', textContent: 'Stop' });
  const end = (text) => {
    for (const track of stream.getTracks()) track.stop();
    video.remove();
    stop.remove();
    said.textContent = text;
  };
  stop.addEventListener('click', () => end(''));
  box.append(video, stop);
  said.textContent = 'Hold the camera over the code.';
  const eye = new BarcodeDetector();
  const look = async () => {
    if (!video.isConnected) return;
    const [code] = await eye.detect(video).catch(() => []);
    if (!code) { setTimeout(look, 200); return; }
    put(name, code.rawValue.split('/').pop());
    end(`Read: ${code.rawValue}`);
  };
  look();
}

// A signature: drawn, or a name that was typed; both are sent as a picture.
function pad(box) {
  const holder = box.querySelector('[data-pad]');
  const input = box.querySelector('input[type="file"]');
  const canvas = holder.querySelector('canvas');
  const pen = canvas.getContext('2d');
  const clear = () => {
    canvas.drawn = false;
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { fillStyle: '#000', strokeStyle: '#000', lineWidth: 3, lineCap: 'round', lineJoin: 'round' });
  };
  const keep = () => canvas.toBlob((blob) => {
    const files = new DataTransfer();
    files.items.add(new File([blob], 'signature.png', { type: 'image/png' }));
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, 'image/png');
  const spot = (event) => {
    const r = canvas.getBoundingClientRect();
    return [(event.clientX - r.left) * canvas.width / r.width, (event.clientY - r.top) * canvas.height / r.height];
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...spot(event));
    canvas.drawn = true;
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...spot(event));
    pen.stroke();
  });
  holder.querySelector('[data-pad-clear]').addEventListener('click', clear);
  holder.querySelector('[data-pad-keep]').addEventListener('click', () => { if (canvas.drawn) keep(); });
  holder.querySelector('[data-pad-type]').addEventListener('click', () => {
    const name = holder.querySelector('[data-pad-name]').value.trim();
    if (!name) return;
    clear();
    let size = 72;
    do pen.font = `italic ${size -= 4}px serif`; while (size > 16 && pen.measureText(name).width > canvas.width - 40);
    pen.textBaseline = 'middle';
    pen.fillText(name, 20, canvas.height / 2);
    keep();
  });
  clear();
  holder.hidden = false;
  const was = drawings.get(input.name);
  if (!was) return;
  drawings.delete(input.name);
  holder.querySelector('[data-pad-name]').value = was.name;
  canvas.drawn = was.canvas.drawn;
  if (canvas.drawn) pen.drawImage(was.canvas, 0, 0);
}

// What is answered while the server draws the questions anew stays: the page knows it better than the answer that was on its way.
const picked = (input) => input.type === 'radio' || input.type === 'checkbox';
const answers = (box) => [...box.querySelectorAll('input:not([type="file"]), select, textarea')].filter((input) => input.name);
let typed = [];
const drawings = new Map(); // signatures that were begun and not used yet, by the field that they are for

function hold({ detail }) {
  if (detail.target?.id !== 'do-asks') return;
  for (const box of detail.target.querySelectorAll('[data-sign]')) {
    drawings.set(box.querySelector('input[type="file"]').name, { canvas: box.querySelector('canvas'), name: box.querySelector('[data-pad-name]').value });
  }
  typed = answers(detail.target).map((input) => ({ name: input.name, value: input.value, checked: input.checked }));
}

function giveBack({ detail }) {
  if (detail.target?.id !== 'do-asks') return;
  for (const input of answers(document.getElementById('do-asks'))) {
    const was = typed.find((x) => x.name === input.name && (!picked(input) || x.value === input.value));
    if (was && picked(input)) input.checked = was.checked;
    else if (was) input.value = was.value;
  }
  typed = [];
}

function wake() {
  for (const box of document.querySelectorAll('[data-locate][hidden]')) {
    if (!navigator.geolocation) continue;
    box.hidden = false;
    box.querySelector('button').addEventListener('click', () => locate(box));
  }
  for (const box of document.querySelectorAll('[data-scan][hidden]')) {
    if (!('BarcodeDetector' in globalThis) || !navigator.mediaDevices) continue;
    box.hidden = false;
    box.querySelector('button').addEventListener('click', () => scan(box));
  }
  for (const box of document.querySelectorAll('[data-sign]')) if (box.querySelector('[data-pad]').hidden) pad(box);
}

if (form) {
  wake();
  document.addEventListener('htmx:beforeSwap', hold);
  document.addEventListener('htmx:afterSwap', giveBack);
  document.addEventListener('htmx:afterSwap', wake); // not when it has settled: what is drawn before that would be cleared
}

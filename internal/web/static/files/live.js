// The live board: fetched anew when the server says that something changed, and once a minute anyway. Where no events come through, the minute is
// what there is; where nothing comes, the page says since when. The word on the page says which of these holds.

const board = () => document.querySelector('[data-live]');
const minute = 60_000;
let source;
let streaming = false;
let busy = false;
let again = false;

function say(state) {
  for (const word of document.querySelectorAll('[data-state] > [data-is]')) word.hidden = word.dataset.is !== state;
}

async function load() {
  if (document.hidden) return;
  if (busy) { again = true; return; }
  busy = true;
  const at = document.activeElement?.closest('#live a')?.getAttribute('href');
  try {
    await htmx.ajax('GET', location.href, { target: '#live', select: '#live', swap: 'outerHTML' });
  } finally {
    busy = false;
  }
  if (at) document.querySelector(`#live a[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
  if (again) { again = false; load(); }
}

// An answer without a board is a sign-in page or a fault: what was told last stays, and the page says that it is old.
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.target?.id !== 'live') return;
  const whole = event.detail.xhr.status === 200 && event.detail.serverResponse.includes('id="live"');
  if (!whole) event.detail.shouldSwap = false;
  if (new URL(event.detail.xhr.responseURL || location.href).pathname !== location.pathname) location.reload();
});
document.addEventListener('htmx:afterRequest', (event) => {
  if (event.detail.target?.id === 'live') say(event.detail.successful ? (streaming ? 'live' : 'minute') : 'lost');
});

function listen() {
  source?.close();
  source = new EventSource(board().dataset.live);
  source.addEventListener('changed', (event) => {
    if (event.data !== board()?.dataset.mark) load();
  });
  source.addEventListener('open', () => { streaming = true; say('live'); });
  source.addEventListener('error', () => {
    streaming = false;
    say('minute');
    load();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, minute * (1 + Math.random()));
  });
}

if (board()) {
  listen();
  setInterval(load, minute);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) load(); });
  addEventListener('pagehide', () => source?.close());
  addEventListener('pageshow', (event) => { if (event.persisted) { listen(); load(); } });
}

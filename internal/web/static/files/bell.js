// The bell: the number of unread notices follows the server's events while the page can be seen. A hidden tab does not listen: browsers
// have few connections to one server, and the first event says what was missed.

const bell = document.querySelector('[data-events]');
let source;
let wait; // until the next try

function show(n) {
  const count = bell.querySelector('.count');
  count.textContent = n > 99 ? '99+' : String(n);
  count.hidden = n === 0;
  bell.setAttribute('aria-label', n === 0 ? 'Notices' : `Notices, ${n} unread`);
}

function hush() {
  clearTimeout(wait);
  source?.close();
  source = undefined;
}

function listen(after) {
  clearTimeout(wait);
  if (source || document.hidden) return;
  wait = setTimeout(() => {
    source = new EventSource(bell.dataset.events);
    source.addEventListener('unread', (event) => show(Number(event.data)));
    source.addEventListener('error', () => {
      if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      hush(); // refused: too many tabs, or the session is over
      listen(60_000 * (1 + Math.random()));
    });
  }, after);
}

if (bell) {
  listen(500); // the page comes first
  document.addEventListener('visibilitychange', () => (document.hidden ? hush() : listen(0)));
  addEventListener('pagehide', hush);
  addEventListener('pageshow', (event) => { if (event.persisted) listen(0); });
}

// Who follows a notice has read it.
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-seen]');
  if (link) fetch(link.dataset.seen, { method: 'POST', keepalive: true, redirect: 'manual' }).catch(() => {}); // it stays unread
});

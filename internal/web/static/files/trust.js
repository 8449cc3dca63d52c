// The one place where a string may become HTML (Trusted Types, policy "default"; the content policy names no other).
// Our own modules build nodes and never need it. htmx and Leaflet do, and get exactly this:
//   - the two constants that Leaflet writes when it starts and when it makes an empty marker;
//   - an answer that htmx is about to put into the page: from our own origin, of type text/html, and only until the swap is over.
// The server escapes what people wrote when it renders that answer; scripts in it are dropped (htmx-config: allowScriptTags false).
// The one script that a string may name is the worker of notifications. There is no createScript, so strings never become code.

const constants = new Set(['', '<svg/>']);
const parsers = new Set(['Document parseHTMLUnsafe', 'DOMParser parseFromString']);
let swapping = false;

globalThis.trustedTypes?.createPolicy('default', {
  createHTML(text, type, sink) {
    return constants.has(text) || (swapping && parsers.has(sink)) ? text : null;
  },
  createScriptURL: (text) => (text === '/push-worker.js' ? text : null),
});

document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr } = event.detail;
  const from = new URL(xhr.responseURL || location.href, location.href);
  const ours = from.origin === location.origin && (xhr.getResponseHeader('Content-Type') || '').startsWith('text/html');
  if (!ours) {
    event.detail.shouldSwap = false;
    return;
  }
  // The session ended: the answer is the sign-in page. A reload asks for this whole page, so that sign-in leads back to it.
  if (xhr.status === 401 || from.pathname === '/login') {
    event.detail.shouldSwap = false;
    location.reload();
    return;
  }
  swapping = true;
  queueMicrotask(() => { swapping = false; }); // htmx swaps within this task
});

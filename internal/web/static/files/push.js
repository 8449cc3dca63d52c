// Notifications on this device: says how it stands, and asks the browser only when somebody turns them on. The form does what it would without this module
// once the browser has said where its push service takes messages.

const box = document.querySelector('[data-push]');
const scope = '/account/notices'; // of the worker: this page alone, for it answers no requests
const worker = '/push-worker.js';
const able = 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
const words = {
  none: 'This browser has no notifications for web pages here. On an iPhone or iPad, add IntelliWiz to the home screen first, and open it from there.',
  blocked: 'Blocked by this browser. Allow notifications for this site in its settings, then load the page again.',
  off: 'You are not told on this device.',
  on: 'You are told on this device.',
  failed: 'The browser could not reach its push service. Nothing was turned on; try again later.',
};

const hex = (buffer) => Array.from(new Uint8Array(buffer), (n) => n.toString(16).padStart(2, '0')).join('');
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

// What this browser has subscribed to, if anything.
async function subscribed() {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  return registration?.scope.endsWith(scope) ? registration.pushManager.getSubscription() : null;
}

// The row of the list that is this device; undefined when it is off, or on for somebody else.
async function own() {
  const had = await subscribed();
  if (!had) return undefined;
  const mark = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(had.endpoint)));
  return document.querySelector(`[data-push-mark="${mark}"]`)?.closest('tr');
}

function show(state) {
  box.dataset.state = state;
  box.querySelector('[data-push-said]').textContent = words[state];
  box.querySelector('[data-push-on]').hidden = state !== 'off' && state !== 'failed';
  box.querySelector('[data-push-off]').hidden = state !== 'on';
}

async function look() {
  if (!able) return show('none');
  if (Notification.permission === 'denied') return show('blocked');
  const row = await own();
  if (row) row.querySelector('[data-push-here]').hidden = false;
  return show(row && Notification.permission === 'granted' ? 'on' : 'off');
}

async function subscribe() {
  const registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: 'none' });
  await navigator.serviceWorker.ready;
  await (await registration.pushManager.getSubscription())?.unsubscribe(); // it may be somebody else's
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.push) });
}

if (box) {
  const form = box.querySelector('[data-push-on]');
  const { endpoint, p256dh, auth } = form.elements;
  form.addEventListener('submit', async (event) => {
    if (endpoint.value) return;
    event.preventDefault();
    try {
      if (await Notification.requestPermission() !== 'granted') {
        await look();
        return;
      }
      const made = await subscribe();
      [endpoint.value, p256dh.value, auth.value] = [made.endpoint, base64(made.getKey('p256dh')), base64(made.getKey('auth'))];
      form.requestSubmit();
    } catch {
      show('failed');
    }
  });
  box.querySelector('[data-push-off]').addEventListener('click', async () => {
    const row = await own();
    await (await subscribed())?.unsubscribe();
    row?.querySelector('form[action$="/delete"]').requestSubmit();
  });
  look().catch(() => show('none'));
}

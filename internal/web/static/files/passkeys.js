// Passkeys: a form that one answers shows itself where the browser has them. Its button asks the server what to ask for, the browser for the
// answer, and sends it.

const able = globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON;

async function answer(form) {
  const asked = await fetch(form.dataset.options, { method: 'POST', headers: { Accept: 'application/json' } });
  if (!asked.ok) throw new Error(`answered ${asked.status}`);
  const { publicKey } = await asked.json();
  const made = form.dataset.passkey === 'create'
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  return JSON.stringify(made);
}

for (const form of able ? document.querySelectorAll('form[data-passkey]') : []) {
  form.hidden = false;
  for (const line of document.querySelectorAll('[data-passkey-none]')) line.hidden = true;
  const field = form.querySelector('[data-passkey-answer]');
  form.addEventListener('submit', async (event) => {
    if (field.value) return;
    event.preventDefault();
    const said = form.querySelector('[data-passkey-said]');
    said.hidden = true;
    try {
      field.value = await answer(form);
      form.requestSubmit();
    } catch {
      said.firstElementChild.textContent = 'The passkey did not answer. Try again, or load the page again.';
      said.hidden = false;
    }
  });
}

// Passkeys: allauth's own scripts speak to the browser, this one tells them which form is which,
// and says in words when a browser would not.  CSP forbids scripts in pages, so forms carry
// `data-passkey` ("login", "add" or "use") and, where there is one, the id of their options.
"use strict";
(() => {
  const forms = window.allauth?.webauthn?.forms;
  const form = document.querySelector("form[data-passkey]");
  if (!form || !forms) return;

  const button = form.querySelector("button[id]") ?? document.querySelector(`button[form="${form.id}"][id]`);
  const ids = { credential: form.querySelector("[name=credential]").id, data: "js_data" };
  if (form.dataset.passkey === "login") {
    forms.loginForm({ ids: { ...ids, login: button.id } });
  } else if (form.dataset.passkey === "add") {
    const alone = form.querySelector("[name=passwordless]");
    forms.addForm({ ids: { ...ids, add: button.id, passwordless: alone?.id } });
  } else {
    forms.authenticateForm({ ids: { ...ids, authenticate: button.id } });
  }

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const said = document.createElement("p");
    said.className = "refused";
    const numbers = /^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name
    said.textContent = (numbers && form.dataset.wordNumber) || form.dataset.wordFailed || "";
    document.getElementById("refusal")?.replaceChildren(said);
  });
})();

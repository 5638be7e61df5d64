// Triage: the batch is kept as long as somebody works, and given back when they leave.
"use strict";
(() => {
  const { renew, leave } = document.currentScript.dataset;
  const EVERY = 90000; // milliseconds; a lease lasts five minutes
  let moved = 0;
  let renewed = performance.now();

  const held = () => document.querySelector("#triage[data-held]");
  const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
  const body = () => new URLSearchParams({ csrfmiddlewaretoken: token() });
  for (const sign of ["keydown", "pointermove", "scroll"]) {
    addEventListener(sign, () => (moved = performance.now()), { passive: true });
  }
  setInterval(() => {
    if (!held() || moved < renewed || performance.now() - renewed < EVERY) return;
    renewed = performance.now();
    fetch(renew, { method: "POST", body: body() }).catch(() => undefined);
  }, 5000);
  addEventListener("pagehide", () => held() && navigator.sendBeacon(leave, body()));
  document.addEventListener("htmx:after:request", ({ target }) => {
    const away = target.closest?.("[data-leave]")?.dataset.leave;
    if (!away) return;
    held()?.removeAttribute("data-held");
    location.assign(away);
  });

  // In an open menu a number chooses, before any other key of the page.
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("#triage details.menu[open]");
    if (!menu || !/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    menu.querySelectorAll(".panel button")[Number(event.key) - 1]?.click();
  }, true);
  document.addEventListener("toggle", ({ target }) => {
    if (target.open && target.matches("#triage details.menu")) target.querySelector(".panel button")?.focus();
  }, true);
})();

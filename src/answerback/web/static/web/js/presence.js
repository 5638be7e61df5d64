// Says who has this case open, and whether they write:
//   <script src="…/presence.js" data-url="/cases/12/presence" defer></script>
// Writing is whatever happens in a field inside [data-writing], or in .composer.
"use strict";
(() => {
  const { url } = document.currentScript.dataset;
  const LOOKING = 20000; // milliseconds; the server forgets us after 45 seconds
  const WRITING = 10000;
  let wrote = -Infinity;
  let said = { at: -Infinity, writing: false };

  const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
  const told = (more) => new URLSearchParams({ csrfmiddlewaretoken: token(), ...more });
  const isWriting = () => performance.now() - wrote < WRITING;
  const say = () => {
    said = { at: performance.now(), writing: isWriting() };
    fetch(url, { method: "POST", body: told({ writing: said.writing ? "1" : "0" }) }).catch(() => undefined);
  };
  const leave = () => {
    navigator.sendBeacon(url, told({ gone: "1" }));
    said = { at: -Infinity, writing: false };
  };
  document.addEventListener("input", ({ target }) => {
    if (!target.closest?.(".composer, [data-writing]")) return;
    wrote = performance.now();
    if (!said.writing) say();
  });
  setInterval(() => {
    if (document.hidden) return;
    const since = performance.now() - said.at;
    if (since >= LOOKING || said.writing !== isWriting() || (said.writing && since >= WRITING)) say();
  }, 1000);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : say()));
  addEventListener("pagehide", leave);
  if (!document.hidden) say();
})();

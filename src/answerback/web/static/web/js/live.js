// What happens on the desk, as it happens: one stream a browser, shared by its tabs.  Each
// message becomes a "live" event on the document; what to do with it is each page's own matter:
//   document.addEventListener("live", ({ detail }) => …)   detail: {what, case, by, …}
"use strict";
(() => {
  const { url, me } = document.currentScript.dataset;
  const NAME = `answerback.live.${me}`; // another person in the same browser hears their own
  const tell = (detail) => document.dispatchEvent(new CustomEvent("live", { detail }));
  const others = new BroadcastChannel(NAME);
  others.addEventListener("message", ({ data }) => tell(data));

  // Settles when the server says that there is no stream for us; else it lives with the tab.
  const listen = () =>
    new Promise((settle) => {
      const source = new EventSource(url);
      source.addEventListener("message", ({ data }) => {
        const detail = JSON.parse(data);
        tell(detail);
        others.postMessage(detail);
      });
      source.addEventListener("error", () => source.readyState === EventSource.CLOSED && settle());
    });
  // Browsers allow six streams to one server; the tab that holds the lock listens for all.
  if (navigator.locks) navigator.locks.request(NAME, listen);
  else listen();

  // The bell.
  const bell = document.getElementById("notices");
  document.addEventListener("live", ({ detail: { what, count } }) => {
    if (what !== "notice" || !bell) return;
    const badge = bell.querySelector(".badge") ?? bell.appendChild(document.createElement("span"));
    badge.className = "badge";
    badge.textContent = String(Number(badge.textContent.replace(/\D/g, "") || 0) + count);
  });

  // Who is here: <span data-present="12"> is kept true on every page that has one.
  const here = new Map(); // case → Map of handle → writing
  const show = (place) => {
    const people = [...(here.get(place.dataset.present) ?? new Map())].sort((one, other) => other[1] - one[1]);
    const pattern = document.getElementById("presence-pattern");
    if (!pattern) return;
    place.replaceChildren(
      ...people.map(([handle, writing]) => {
        const shown = pattern.content.querySelector(writing ? ".writing" : ".presence:not(.writing)").cloneNode(true);
        shown.querySelector("bdi").textContent = `@${handle}`;
        return shown;
      }),
    );
  };
  document.addEventListener("live", ({ detail }) => {
    if (detail.what !== "presence") return;
    const number = String(detail.case);
    if (!here.has(number)) here.set(number, new Map());
    if (detail.here) here.get(number).set(detail.who, detail.writing);
    else here.get(number).delete(detail.who);
    document.querySelectorAll(`[data-present="${CSS.escape(number)}"]`).forEach(show);
  });
})();

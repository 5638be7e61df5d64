// One case: menus that correct, forms that empty themselves, dialogs that end with their act, and
// the page that follows what happens elsewhere.
"use strict";
(() => {
  // A key outside of a post is a press on the post that leads the case; then the keys stay ours,
  // while who stands in a post keeps standing in it when it is drawn anew.
  let standing = "";
  let pressing = false;
  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-press]")?.dataset.press;
    if (!to && !pressing) standing = event.target.closest("[data-row]")?.id ?? standing;
    if (!to) return;
    standing = "";
    pressing = true;
    document.querySelector(to)?.click();
    pressing = false;
  });
  document.addEventListener("htmx:after:swap", () => {
    const row = standing && document.activeElement === document.body && document.getElementById(standing);
    row && (row.querySelector(".heard summary") ?? row.querySelector("a, button"))?.focus();
  });

  // A menu that opens takes the focus; a digit presses its item.
  const CORRECTS = "details[data-correct][open]";
  const ELSEWHERE = "input, textarea, select, [contenteditable=true], dialog";
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.(CORRECTS)) return;
    (menu.querySelector("[aria-pressed=true]") ?? menu.querySelector("form button"))?.focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    // Also before the menu has the focus: quick hands press both keys before its opening is told.
    const menu = event.target.closest?.(CORRECTS) ?? (event.target.closest?.(ELSEWHERE) ? null : document.querySelector(CORRECTS));
    if (!menu || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    const item = menu.querySelectorAll("form button")[Number(event.key) - 1];
    if (!item) return;
    event.preventDefault();
    event.stopPropagation();
    item.click();
  }, true);

  // Who writes a note and presses Ctrl+Enter means the note, never the reply beside it.
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" && event.ctrlKey !== event.metaKey && event.target.closest?.("form[data-resets]");
    if (!form) return;
    event.preventDefault();
    event.stopPropagation();
    form.requestSubmit();
  }, true);

  // What went well empties its form and ends its dialog; what was refused stays as it was typed.
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail?.ctx;
    const form = ctx?.sourceElement?.closest?.("form");
    if (!form || !ctx.response || ctx.response.status >= 400) return;
    if ("resets" in form.dataset) form.reset();
    form.closest("dialog")?.close();
  });

  // The page follows: a reply that went out, a post that came in, what a colleague did.  What one
  // has just done oneself was answered already, and an open menu waits for its choice.
  const OWN = 3000; // milliseconds in which an event of ours is the echo of what this page did
  const again = document.getElementById("case-again");
  let waiting = 0;
  let acted = -OWN;
  const refresh = () => {
    if (document.querySelector(CORRECTS)) return soon(1000);
    return window.htmx?.trigger(again, "case:again");
  };
  const soon = (after = 250) => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, after);
  };
  if (again) {
    document.addEventListener("htmx:after:request", ({ detail }) => {
      if (detail?.ctx?.request?.method === "POST") acted = performance.now();
    });
    document.addEventListener("htmx:after:swap", (event) => {
      if (event.detail?.ctx?.target?.id === "composer" || event.target?.id === "composer") soon();
    });
    document.addEventListener("live", ({ detail }) => {
      if (String(detail?.case) !== again.dataset.case || ["presence", "case_read"].includes(detail.what)) return;
      if (detail.by === again.dataset.me && performance.now() - acted < OWN) return;
      soon();
    });
  }

  // What somebody opened to read stays open when the page is drawn anew.
  const place = (details) => `#${CSS.escape(details.closest("[id]")?.id ?? "")} .${details.className.split(" ")[0]}`;
  let open = [];
  document.addEventListener("htmx:before:swap", () => {
    open = [...document.querySelectorAll("#conversation details[open]:not(.menu)[class]")].map(place);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const one of open) document.querySelector(one)?.setAttribute("open", "");
  });

  // The newest is what one came for.
  const first = document.getElementById("new-posts") ?? document.querySelector(".turn.current");
  if (first && !location.hash) first.scrollIntoView({ block: "center" });
})();

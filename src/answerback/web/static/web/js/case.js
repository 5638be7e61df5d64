// One case: menus that correct, forms that empty themselves, dialogs that end with their act, and
// the page that follows what happens elsewhere.
"use strict";
(() => {
  // A key outside of a post is a press on the post that leads the case.
  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-press]")?.dataset.press;
    if (to) document.querySelector(to)?.click();
  });

  // A menu that opens takes the focus; a digit presses its item.
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-correct][open]")) return;
    (menu.querySelector("[aria-pressed=true]") ?? menu.querySelector("form button"))?.focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-correct][open]");
    if (!menu || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    const item = menu.querySelectorAll("form button")[Number(event.key) - 1];
    if (!item) return;
    event.preventDefault();
    event.stopPropagation();
    item.click();
  }, true);

  // What went well empties its form and ends its dialog; what was refused stays as it was typed.
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail?.ctx;
    const form = ctx?.sourceElement?.closest?.("form");
    if (!form || !ctx.response || ctx.response.status >= 400) return;
    if ("resets" in form.dataset) form.reset();
    form.closest("dialog")?.close();
  });

  // The page follows: a reply that went out, a post that came in, what a colleague did.
  const again = document.getElementById("case-again");
  const refresh = () => again && window.htmx?.trigger(again, "case:again");
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 250);
  };
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.id === "composer" || event.target?.id === "composer") soon();
  });
  document.addEventListener("live", ({ detail }) => {
    if (String(detail?.case) === again?.dataset.case && !["presence", "case_read"].includes(detail.what)) soon();
  });

  // The newest is what one came for.
  const first = document.getElementById("new-posts") ?? document.querySelector(".turn.current");
  if (first && !location.hash) first.scrollIntoView({ block: "center" });
})();

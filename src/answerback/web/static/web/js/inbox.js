// The list: what changes elsewhere is shown here, and neither focus nor ticks are lost by it.
"use strict";
(() => {
  const SOON = 250; // milliseconds: several events of one act make one request
  const BETWEEN = 2000;
  const NEWS_BETWEEN = 15000;
  const { rows: rowsUrl, news: newsUrl, rail: railUrl } = document.currentScript.dataset;

  const list = () => document.getElementById("list");
  const rowOf = (number) => document.getElementById(`case-${number}`);
  const asked = () => new URLSearchParams(location.search);
  const fetched = async (url, numbers) => {
    const told = asked();
    for (const number of numbers) told.append("case", number);
    const answer = await fetch(`${url}?${told}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return null;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text(); // our own page's fragment
    return holder.content;
  };

  // Put a row in the place of its older self: what was ticked stays ticked, what had the focus has it.
  const replace = (old, fresh) => {
    const inside = [...old.querySelectorAll("a, button, input")];
    const focused = inside.indexOf(document.activeElement);
    const ticked = old.querySelector(".pick input")?.checked;
    const current = old.getAttribute("aria-current");
    old.replaceWith(fresh);
    if (ticked && fresh.querySelector(".pick input")) fresh.querySelector(".pick input").checked = true;
    if (current) fresh.setAttribute("aria-current", current);
    if (focused >= 0) [...fresh.querySelectorAll("a, button, input")][focused]?.focus({ preventScroll: true });
    htmx.process(fresh);
  };
  const renew = async (numbers) => {
    const content = await fetched(rowsUrl, numbers);
    for (const fresh of [...(content?.querySelectorAll(".row") ?? [])]) {
      const old = rowOf(fresh.dataset.case);
      if (old) replace(old, fresh);
    }
    document.dispatchEvent(new CustomEvent("rows"));
  };
  const announce = async (numbers) => {
    const place = document.getElementById("news");
    const content = place && (await fetched(newsUrl, numbers));
    if (content?.querySelector("[data-news]")) place.replaceChildren(content);
  };

  // Collect for a moment, ask, and then not again for a while; a hidden tab waits to be seen.
  const gatherer = (ask, between, kept) => {
    let numbers = new Set();
    let timer = 0;
    let last = -Infinity;
    const go = () => {
      timer = 0;
      if (document.hidden || numbers.size === 0) return;
      last = performance.now();
      const asking = [...numbers].slice(-100);
      if (!kept) numbers = new Set();
      ask(asking);
    };
    const plan = () => {
      if (timer) return;
      timer = setTimeout(go, Math.max(SOON, last + between - performance.now()));
    };
    document.addEventListener("visibilitychange", () => !document.hidden && numbers.size && plan());
    return (number) => {
      numbers.add(String(number));
      plan();
    };
  };
  const changed = gatherer(renew, BETWEEN, false);
  const appeared = gatherer(announce, NEWS_BETWEEN, true);

  const recount = async () => {
    const rail = document.querySelector("#rail");
    const fresh = rail && (await fetched(railUrl, []))?.querySelector("nav");
    if (fresh) rail.replaceChildren(fresh);
  };
  const counted = gatherer(recount, NEWS_BETWEEN, false);
  const countedAtOnce = gatherer(recount, 0, false); // after what we did ourselves

  // What to do with the cases picked; with none picked, the one that has the focus is meant.
  const ticks = () => [...document.querySelectorAll("#bulk .row .pick input")];
  const showPicked = () => {
    const label = document.querySelector("#bulk [data-picked]");
    if (!label) return;
    const count = ticks().filter((one) => one.checked).length;
    label.textContent = count ? String(count) : label.dataset.none;
    const all = document.querySelector("#bulk [data-pick-all]");
    all.checked = count > 0 && count === ticks().length;
    all.indeterminate = count > 0 && !all.checked;
  };
  let stood = null; // the row that last had the focus: pressing a button of the bar takes it away
  document.addEventListener("focusin", ({ target }) => (stood = target.closest("#bulk .row") ?? stood));
  document.addEventListener("click", (event) => {
    const acting = event.target.closest("#bulk [data-bulk]");
    if (!acting || ticks().some((one) => one.checked)) return;
    const row = stood?.isConnected ? stood : document.querySelector("#bulk .row");
    row.querySelector(".pick input").checked = true;
    showPicked();
  }, true);
  document.addEventListener("change", ({ target }) => {
    if (target.matches("#bulk [data-pick-all]")) ticks().forEach((one) => (one.checked = target.checked));
    if (target.closest("#bulk")) showPicked();
  });
  document.addEventListener("toggle", ({ target }) => {
    if (target.open && target.matches("#bulk details.menu")) target.querySelector(".panel :is(input, button)")?.focus();
  }, true);
  // Enter in the tag's field puts the tag on: the form's first button would take the cases.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("#bulk [name=tag]")) return;
    event.preventDefault();
    event.target.closest(".panel").querySelector("button").click();
  });
  document.addEventListener("htmx:after:swap", () => {
    showPicked();
    countedAtOnce("all");
    // What was done is done with the row; the next one is where the work goes on.
    if (stood && !stood.isConnected && document.activeElement === document.body) {
      document.querySelector("#bulk .row:not(.gone) .open")?.focus({ preventScroll: true });
    }
  });
  document.addEventListener("rows", () => {
    showPicked();
    counted("all");
  });

  const QUIET = new Set(["presence", "notice", "case_read", "watch_begun", "watch_ended"]);
  document.addEventListener("live", ({ detail }) => {
    if (!list() || QUIET.has(detail.what)) return;
    if (detail.what === "much") list().querySelectorAll(".row").forEach((row) => changed(row.dataset.case));
    else if (detail.case === null || detail.case === undefined) return;
    else if (rowOf(detail.case)) changed(detail.case);
    else if (list().dataset.first !== undefined) appeared(detail.case);
  });
})();

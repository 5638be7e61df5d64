// The keys of a page.  An element says its own: data-key="j", data-key="g i" (one after the
// other) or data-key="Mod+k" (Ctrl, on a Mac Command); its press is a click on it, or, where it
// is a field, the way into it.  Keys without Ctrl rest while somebody writes, and can be
// switched off for good (WCAG 2.1.4).
"use strict";
(() => {
  const PATIENCE = 1500; // milliseconds between the two keys of a sequence
  const SWITCH = "answerback.keys";
  const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]";
  const WAY_IN = "a, button, input:not([type=hidden]), select";
  let before = "";
  let waiting = 0;

  const resting = () => localStorage.getItem(SWITCH) === "off";
  const nameOf = (event) => {
    if (event.getModifierState("AltGraph")) return event.key; // "]" on many keyboards
    if (event.altKey) return "";
    if (event.ctrlKey !== event.metaKey) return `Mod+${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
    return event.ctrlKey ? "" : event.key;
  };
  const place = () => document.querySelector("dialog:modal") ?? document;
  const keyed = (test) =>
    [...place().querySelectorAll("[data-key]")].filter(
      (element) => test(element.dataset.key) && !element.disabled && (place() !== document || !element.closest("dialog")),
    );
  const choose = (elements) => {
    const row = document.activeElement?.closest("[data-row]");
    return elements.find((one) => row?.contains(one)) ?? elements.find((one) => !one.closest("[data-row]"));
  };
  const press = (element) => {
    if (element.matches(FIELD)) {
      element.focus();
      return element.select?.();
    }
    element.click();
    const panel = element.matches("summary") && element.parentElement.open && element.nextElementSibling;
    // At once, as the next key may come before the event that tells of the opening.
    return panel ? (panel.querySelector("[aria-pressed=true]") ?? panel.querySelector(WAY_IN))?.focus() : undefined;
  };
  const forget = () => {
    before = "";
    clearTimeout(waiting);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || ["Shift", "Control", "Alt", "AltGraph", "Meta"].includes(event.key)) return;
    const writing = event.target.closest?.(FIELD);
    const key = nameOf(event);
    if (writing && key === "Escape" && place() === document) return writing.blur();
    if (!key || (!key.startsWith("Mod+") && (writing || resting()))) return forget();
    const whole = before ? `${before} ${key}` : key;
    const found = choose(keyed((its) => its === whole)) ?? choose(keyed((its) => its === key));
    const opens = keyed((its) => its.startsWith(`${whole} `)).length > 0;
    forget();
    if (found) {
      event.preventDefault();
      press(found);
    } else if (opens) {
      before = whole;
      waiting = setTimeout(forget, PATIENCE);
    }
    return undefined;
  });

  // Rows: a step to the next or the one before, and the tick of the one we stand on.
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
  const here = (all) => {
    const stood = all.indexOf(document.activeElement?.closest("[data-row]"));
    return stood >= 0 ? stood : all.findIndex((row) => row.hasAttribute("aria-current"));
  };
  const stand = (row) => {
    row?.querySelector(".open, a, button")?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("click", (event) => {
    const { rowStep, rowPick } = event.target.closest("[data-row-step], [data-row-pick]")?.dataset ?? {};
    const all = rows();
    if (rowStep) stand(all[Math.min(Math.max(here(all) + Number(rowStep), 0), all.length - 1)]);
    if (rowPick !== undefined) all[here(all)]?.querySelector(".pick input")?.click();
  });

  // The switch for people whose voice or hand would press keys unmeant.
  const showSwitch = () => document.querySelectorAll("[data-keys-switch]").forEach((one) => (one.checked = !resting()));
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-switch]")) localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
  });
  showSwitch();
})();

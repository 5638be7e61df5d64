// A long text with lines: goes to the line that a refusal names, and asks before it is lost.
"use strict";
(() => {
  const goTo = (area, number) => {
    const lines = area.value.split("\n");
    const line = Math.min(Math.max(number, 1), lines.length);
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + lines[line - 1].length);
    const height = parseFloat(getComputedStyle(area).lineHeight) || 20;
    area.scrollTop = Math.max(0, (line - 4) * height);
  };

  const area = document.querySelector("textarea.code");
  if (!area) return;
  const first = area.value;
  let leaving = false;

  if (area.dataset.line) goTo(area, Number(area.dataset.line));
  else document.querySelector("[data-focus]")?.focus();

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go-to-line]");
    if (button) goTo(area, Number(button.dataset.goToLine));
  });
  area.form?.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && area.value !== first) event.preventDefault();
  });
})();

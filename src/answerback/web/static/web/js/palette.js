// The list of keys, and the palette: both tell what the elements of this page tell of themselves.
"use strict";
(() => {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const shown = (key) => (key === "Mod" ? (mac ? "⌘" : "Ctrl") : key.length === 1 && /[a-z]/.test(key) ? key.toUpperCase() : key);
  const caps = (keys) =>
    keys.split(/[ ]|(?<=Mod)\+/).map((key) => {
      const cap = document.createElement("kbd");
      cap.textContent = shown(key);
      return cap;
    });
  const outside = (element) => !element.closest("dialog") && !element.disabled;

  const help = document.getElementById("keys");
  help?.addEventListener("shell:opening", () => {
    const told = new Map();
    for (const one of document.querySelectorAll("[data-key][data-key-name]")) {
      if (outside(one) && !told.has(one.dataset.key)) told.set(one.dataset.key, one.dataset.keyName);
    }
    help.querySelector("[data-keys-list]").replaceChildren(
      ...[...told].map(([keys, name]) => {
        const [pair, term, keysOf] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
        term.textContent = name;
        keysOf.append(...caps(keys));
        pair.append(term, keysOf);
        return pair;
      }),
    );
  });

  const palette = document.getElementById("palette");
  if (!palette) return;
  const field = palette.querySelector("input");
  const list = palette.querySelector("[role=listbox]");
  const nothing = palette.querySelector(".nothing-found");
  let commands = [];
  let at = 0;

  const wordOf = (element) =>
    element.dataset.keyName ?? element.dataset.command ?? (element.querySelector(".name") ?? element).textContent.trim();
  const collect = () => {
    const told = new Map();
    for (const element of document.querySelectorAll("[data-key-name], [data-command], .nav a, .rail a")) {
      const name = wordOf(element);
      if (outside(element) && !told.has(name) && element.dataset.dialog !== "palette") told.set(name, { element, name });
    }
    return [...told.values()];
  };
  const mark = () => {
    const options = [...list.children];
    options.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    if (options[at]) field.setAttribute("aria-activedescendant", options[at].id);
    else field.removeAttribute("aria-activedescendant");
    options[at]?.scrollIntoView({ block: "nearest" });
  };
  const option = ({ element, name }, index) => {
    const line = document.createElement("div");
    const word = document.createElement("span");
    word.textContent = name;
    line.append(word);
    if (element.dataset.key) {
      const keys = document.createElement("span");
      keys.append(...caps(element.dataset.key));
      line.append(keys);
    }
    line.id = `palette-${index}`;
    line.setAttribute("role", "option");
    line.addEventListener("click", () => run(element));
    return line;
  };
  const show = () => {
    const asked = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const fitting = commands.filter(({ name }) => asked.every((word) => name.toLocaleLowerCase().includes(word)));
    list.replaceChildren(...fitting.map(option));
    list.hidden = fitting.length === 0;
    nothing.hidden = fitting.length > 0;
    at = 0;
    mark();
  };
  const run = (element) => {
    palette.close();
    if (element.matches("input, select, textarea")) element.focus();
    else element.click();
  };

  palette.addEventListener("shell:opening", () => {
    commands = collect();
    field.value = "";
    show();
  });
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") at = count ? (at + (event.key === "ArrowDown" ? 1 : count - 1)) % count : 0;
    else if (event.key !== "Enter") return;
    event.preventDefault(); // or the same Enter would press what has the focus next
    if (event.key === "Enter") list.children[at]?.click();
    else mark();
  });
})();

// Theme, menus, dialogs and toasts.  Everything is found by data attributes, so that what
// HTMX swaps in works without being told.  Words come from the page, where they are translated.
"use strict";
(() => {
  const root = document.documentElement;
  const YEAR = 31536000;

  // Theme: a cookie, so that the server can draw the next page in it.
  const themeNow = () => root.dataset.theme ?? "system";
  const showTheme = () => {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === themeNow()));
    }
  };
  const chooseTheme = (choice) => {
    if (choice === "system") delete root.dataset.theme;
    else root.dataset.theme = choice;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${choice}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
    showTheme();
  };
  const kept = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  if (kept && !root.dataset.theme) root.dataset.theme = kept[1];
  showTheme();

  // The zone of this clock: a cookie, so that the server can tell moments in it.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.split("; ").includes(`zone=${zone}`)) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `zone=${zone}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  }

  // Dialogs.
  const openDialog = (dialog) => {
    if (!dialog || dialog.open) return;
    closeMenus();
    dialog.dispatchEvent(new CustomEvent("shell:opening"));
    dialog.showModal();
  };
  const modal = document.getElementById("modal");
  const openSwappedIn = () => {
    const dialog = modal?.querySelector("dialog:not([open])");
    if (!dialog) return;
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
    });
    openDialog(dialog);
  };
  if (modal) new MutationObserver(openSwappedIn).observe(modal, { childList: true, subtree: true });

  const question = document.getElementById("question");
  document.addEventListener("htmx:confirm", (event) => {
    if (!question) return;
    event.preventDefault();
    question.querySelector("[data-question]").textContent = event.detail.ctx.confirm;
    question.returnValue = "";
    question.addEventListener("close", () => {
      if (question.returnValue === "yes") event.detail.issueRequest();
      else event.detail.dropRequest();
    }, { once: true });
    openDialog(question);
  });

  // Menus.
  const closeMenus = (but = null) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== but) menu.open = false;
    }
  };
  const step = (menu, by) => {
    const items = [...menu.querySelectorAll(".panel :is(a, button, input):not(:disabled)")];
    const at = items.indexOf(document.activeElement);
    items.at((at + by + items.length) % items.length)?.focus();
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-theme-choice], [data-dialog], [data-close], [data-dismiss]");
    closeMenus(event.target.closest("details.menu"));
    if (!pressed) return;
    if (pressed.dataset.themeChoice) chooseTheme(pressed.dataset.themeChoice);
    else if (pressed.dataset.dialog) openDialog(document.getElementById(pressed.dataset.dialog));
    else if ("close" in pressed.dataset) pressed.closest("dialog")?.close();
    else pressed.closest(".toast, .banner")?.remove();
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("dialog")) event.target.close(); // a press on the veil
    const item = event.target.closest("details.menu .panel :is(a, li > button)");
    if (item) item.closest("details.menu").open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      step(menu, event.key === "ArrowDown" ? 1 : -1);
    } else return;
    event.preventDefault();
  });

  // Toasts: they count down, and wait while somebody points at them or stands in them.
  const toasts = document.getElementById("toasts");
  const DEFAULT_SECONDS = 8;
  const countDown = (toast) => {
    if (toast.dataset.counting || toast.dataset.stays !== undefined) return;
    toast.dataset.counting = "yes";
    let left = Number(toast.dataset.seconds ?? DEFAULT_SECONDS);
    const shown = toast.querySelector("[data-left]");
    const ticking = setInterval(() => {
      if (!toast.isConnected) return clearInterval(ticking);
      if (toast.matches(":hover, :focus-within") && !toast.dataset.seconds) return undefined;
      left -= 1;
      if (shown) shown.textContent = String(left);
      if (left <= 0) toast.remove();
      return undefined;
    }, 1000);
  };
  const say = (text, stays = false) => {
    const pattern = document.getElementById("toast-pattern");
    if (!toasts || !pattern || !text) return;
    const toast = pattern.content.cloneNode(true).firstElementChild;
    toast.querySelector("p").textContent = text;
    if (stays) toast.dataset.stays = "";
    toasts.append(toast);
  };
  if (toasts) {
    new MutationObserver(() => toasts.querySelectorAll(".toast").forEach(countDown)).observe(toasts, { childList: true });
    toasts.querySelectorAll(".toast").forEach(countDown);
    toasts.addEventListener("htmx:finally:request", (event) => event.target.closest(".toast")?.remove());
  }
  document.addEventListener("toast", (event) => say(event.detail.text ?? event.detail.value));

  // A table too wide for its box is scrolled by keys too: the box takes the focus, and says whose.
  const reach = () => {
    for (const box of document.querySelectorAll(".table-box, .diff")) {
      const wide = box.scrollWidth > box.clientWidth;
      if (!wide) ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
      else {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", box.querySelector("caption")?.textContent ?? document.title);
      }
    }
  };
  reach();
  addEventListener("resize", reach);
  document.addEventListener("htmx:after:settle", reach);

  // HTMX swaps in every answer.  A faulty form (422) is meant to be, and so is a refusal, which
  // says where it goes; the page of any other fault would stand where a list was.
  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    const { status } = ctx.response;
    if (status === 422 || ctx.hx.retarget || ctx.hx.redirect) return;
    ctx.swap = "none";
    const word = { 401: "wordSignedOut", 403: "wordForbidden", 404: "wordGone", 429: "wordTooOften" }[status];
    say(toasts?.dataset[word ?? "wordFault"], true);
  });
  // Whoever tries again has read the refusal; were it to stay, it would deny what is done now.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "GET") document.getElementById("refusal")?.replaceChildren();
  });
  document.addEventListener("htmx:error", () => say(toasts?.dataset.wordUnreachable, true));
})();

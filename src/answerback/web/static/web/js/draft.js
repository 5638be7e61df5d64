// A draft is kept on the server while one types, and on this machine where the server cannot be
// reached; what stands beside it (length, etiquette, preview) comes back with every save.
"use strict";
(() => {
  const PAUSE = 400; // milliseconds without a key until the text is sent
  const PREFIX = "answerback.draft.";
  let timer = 0;
  let sending = null; // one save at a time: versions go up in order
  let again = false;

  const formOf = (element) => element?.closest?.("form.composer[data-draft]");
  // Several people may use one machine: nobody finds another's words in their own reply.
  const nameOf = (form) => `${PREFIX}${form.dataset.by}.${form.dataset.draft}`;
  const field = (form, name) => form.elements.namedItem(name);

  const put = (form) => {
    try {
      const told = { text: field(form, "text").value, version: field(form, "version").value };
      localStorage.setItem(nameOf(form), JSON.stringify(told));
    } catch {
      // Full or forbidden: the server keeps it alone.
    }
  };
  const drop = (form) => localStorage.removeItem(nameOf(form));

  const show = (form, html) => {
    const beside = form.querySelector("#beside");
    if (!beside) return;
    const made = document.createRange().createContextualFragment(html);
    const fresh = made.querySelector("#beside");
    if (!fresh) return;
    for (const kept of beside.querySelectorAll("details[data-keep][open]")) {
      const same = fresh.querySelector(`details[data-keep="${kept.dataset.keep}"]`);
      if (same) same.open = true;
    }
    beside.replaceWith(fresh);
    field(form, "version").value = fresh.dataset.version;
    window.htmx?.process(fresh);
  };

  const replaceComposer = (html) => {
    const fresh = document.createRange().createContextualFragment(html).querySelector("#composer");
    const composer = document.getElementById("composer");
    if (!fresh || !composer) return;
    composer.replaceWith(fresh);
    window.htmx?.process(fresh);
  };

  const save = async (form) => {
    if (sending) {
      again = true;
      return;
    }
    const text = field(form, "text").value;
    const body = new FormData(form);
    body.delete("file"); // a file goes by itself, when it is chosen
    const request = { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: text.length < 20000 };
    sending = fetch(form.dataset.draft, request);
    try {
      const answer = await sending;
      const html = await answer.text();
      if (answer.ok) {
        show(form, html);
        if (field(form, "text").value === text) drop(form);
      } else if (answer.status === 409 && answer.headers.get("HX-Retarget") === "#composer") {
        replaceComposer(html);
      }
    } catch {
      // Not reached: the text is on this machine and is sent with the next key.
    } finally {
      sending = null;
      if (again) {
        again = false;
        save(form);
      }
    }
  };

  document.addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (!form || event.target.type === "file") return;
    put(form);
    clearTimeout(timer);
    timer = setTimeout(() => save(form), PAUSE);
  });
  document.addEventListener("click", (event) => {
    const form = formOf(event.target);
    if (!form || !event.target.closest("[data-save]")) return;
    event.preventDefault();
    clearTimeout(timer);
    save(form);
  });
  // Leaving the page: what was typed in the last moment goes out at once.
  document.addEventListener("visibilitychange", () => {
    const form = document.querySelector("form.composer[data-draft]");
    if (document.visibilityState !== "hidden" || !form || !timer) return;
    clearTimeout(timer);
    timer = 0;
    save(form);
  });
  // The text goes with the request that sends it; no save of it may come after.
  document.addEventListener("htmx:before:request", (event) => {
    if (formOf(event.target)) clearTimeout(timer);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail?.ctx;
    const form = ctx?.sourceElement;
    if (form?.matches?.("form.composer[data-draft]") && ctx.response?.status < 400) drop(form);
  });

  // What this machine kept and the server never got: saved under the version it was typed on,
  // so that a text from elsewhere is shown beside it and not written over.
  const restore = () => {
    for (const form of document.querySelectorAll("form.composer[data-draft]:not([data-restored])")) {
      form.dataset.restored = "";
      const kept = JSON.parse(localStorage.getItem(nameOf(form)) ?? "null");
      const text = field(form, "text");
      if (!kept?.text || kept.text === text.value) continue;
      text.value = kept.text;
      field(form, "version").value = kept.version;
      save(form);
    }
  };
  restore();
  new MutationObserver(restore).observe(document.body, { childList: true, subtree: true });

  // A macro is chosen by typing a part of it; its dialog ends when it is in the reply.
  document.addEventListener("input", (event) => {
    const list = document.querySelector(event.target.dataset?.filters ?? "#no-list");
    const words = event.target.value.toLocaleLowerCase();
    for (const item of list?.children ?? []) item.hidden = !item.textContent.toLocaleLowerCase().includes(words);
  });
  document.addEventListener("keydown", (event) => {
    const filter = event.target.dataset?.filters;
    if (!filter || !["Enter", "ArrowDown"].includes(event.key)) return;
    const first = document.querySelector(`${filter} > :not([hidden]) a`);
    event.preventDefault();
    if (event.key === "Enter") first?.click();
    else first?.focus();
  });
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail?.ctx;
    const form = ctx?.sourceElement?.closest?.("form[data-closes]");
    if (!form || !(ctx.response?.status < 400)) return;
    const written = document.querySelector("form.composer[data-draft]");
    if (written) drop(written); // it went with the macro
    form.closest("dialog")?.close();
  });

  // Seconds that are left for taking a reply back.
  setInterval(() => {
    for (const left of document.querySelectorAll("[data-countdown]")) {
      const seconds = Math.max(0, Number(left.dataset.countdown) - 1);
      left.dataset.countdown = String(seconds);
      left.textContent = String(seconds);
    }
  }, 1000);
})();

"use strict";
// Keys, live articles, copied links. Every page works without this file.
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const keys = one("#keys");
  all("[data-dialog]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  });

  all("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
      button.textContent = "Copied";
    });
  });

  // Rows: the selected one has the focus on its first link, so that a screen reader follows.
  const rows = () => all("[data-row]");
  const select = (step) => {
    const list = rows();
    if (!list.length) return;
    const now = list.findIndex((row) => row.classList.contains("selected"));
    const next = Math.min(Math.max(now + step, 0), list.length - 1);
    list.forEach((row, place) => row.classList.toggle("selected", place === next));
    const link = list[next].querySelector("a");
    if (link) link.focus({ preventScroll: true });
    list[next].scrollIntoView({ block: "nearest" });
  };
  const selected = (selector) => {
    const row = one("[data-row].selected");
    return row ? row.querySelector(selector) : null;
  };
  const follow = (link) => { if (link) link.click(); };
  const actions = {
    "/": () => { const box = one("#q"); box.focus(); box.select(); },
    "?": () => keys.showModal(),
    j: () => select(1),
    k: () => select(-1),
    o: () => follow(selected("a")),
    v: () => {
      const link = selected("[data-original]") || one(".original a");
      if (link) location.href = link.dataset.original || link.href;
    },
    n: () => follow(one("[data-next]")),
    p: () => { if (document.referrer.startsWith(location.origin)) history.back(); },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (typing && event.key === "Escape") { event.target.blur(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  // New articles wait above the list until they are asked for: nothing moves under a reader.
  const live = one("[data-live]");
  if (live && window.EventSource) {
    const words = live.querySelector("[data-live-words]");
    const pause = live.querySelector("[data-pause]");
    const show = live.querySelector("[data-show]");
    const list = one("[data-hits]");
    let stream = null, waiting = [], count = 0;
    const seen = new Set(all("[data-hits] h2 a").map((link) => link.getAttribute("href").split(/[/?]/)[2]));
    const say = () => {
      const paused = !stream;
      const some = count === 1 ? "1 new article" : `${count} new articles`;
      words.textContent = count ? some : paused ? "Paused." : "Watching for new articles …";
      show.hidden = count === 0;
      document.title = (count ? `(${count}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    };
    const start = () => {
      stream = new EventSource(live.dataset.live);
      stream.addEventListener("articles", (event) => {
        const fresh = JSON.parse(event.data).articles.filter(([id]) => !seen.has(id));
        fresh.forEach(([id]) => seen.add(id));
        waiting.unshift(...fresh.map(([, html]) => html));
        count += fresh.length;
        say();
      });
    };
    const stop = () => { stream.close(); stream = null; };
    pause.addEventListener("click", () => {
      if (stream) stop(); else start();
      pause.textContent = stream ? "Pause" : "Go on";
      pause.setAttribute("aria-pressed", String(!stream));
      say();
    });
    show.addEventListener("click", () => {
      const fresh = document.createRange().createContextualFragment(waiting.join(""));
      [...fresh.children].reverse().forEach((article) => {
        article.classList.add("fresh");
        list.prepend(article);
      });
      waiting = []; count = 0;
      const empty = one(".empty");
      if (empty) empty.remove();
      say();
      const first = list.querySelector("h2 a");
      if (first) first.focus();
    });
    live.hidden = false;
    start();
  }
})();

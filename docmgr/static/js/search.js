// On the result page: a chosen day or order applies at once, and arrow keys go from the search box to the hits.
"use strict";
(() => {
  const form = document.querySelector("[data-search-options]");
  if (form) {
    form.addEventListener("change", () => form.requestSubmit());
    // Only the submit button is hidden; the calendar buttons of the day fields have a type.
    form.querySelector("button:not([type])").hidden = true;
  }

  const hits = [...document.querySelectorAll("[data-hits] .hit-title a")];
  const box = document.getElementById("search-box");
  if (!hits.length || !box) return;
  // After the last hit comes the link to the next page.
  const stops = [...hits, ...document.querySelectorAll("a[rel=next]")];
  const step = (by) => {
    const here = document.activeElement;
    const inside = stops.indexOf(here.closest(".hit")?.querySelector(".hit-title a") ?? here);
    if (inside < 0) return by > 0 ? stops[0] : null;
    return stops[inside + by] ?? (by < 0 ? box : null);
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const here = document.activeElement;
    const inBox = here === box;
    // While the list of completions is open, it uses the arrow keys.
    if (inBox && box.getAttribute("aria-expanded") === "true") return;
    if (!inBox && /^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName)) return;
    const letters = inBox ? {} : { j: 1, k: -1 };
    // Elsewhere the arrow keys scroll the page.
    const arrows = inBox || stops.includes(here) || here.closest("[data-hits]") ? { ArrowDown: 1, ArrowUp: -1 } : {};
    const by = letters[event.key] ?? arrows[event.key];
    const next = by && !(inBox && by < 0) ? step(by) : null;
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();

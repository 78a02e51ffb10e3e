// A chosen day or order applies at once.
"use strict";
(() => {
  const form = document.querySelector("[data-search-options]");
  if (!form) return;
  form.addEventListener("change", () => form.requestSubmit());
  form.querySelector("button").hidden = true;
})();

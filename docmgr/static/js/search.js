// A chosen day or order applies at once.
"use strict";
(() => {
  const form = document.querySelector("[data-search-options]");
  if (!form) return;
  form.addEventListener("change", () => form.requestSubmit());
  // The calendar of the day field is a button too.
  form.querySelector("button:not([type])").hidden = true;
})();

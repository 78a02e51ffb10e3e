// Shows the source words of the field that has the focus, and warns before typed text is lost.
"use strict";
(() => {
  const form = document.querySelector("[data-confirm-form]");
  if (!form) return;
  const source = document.querySelector("[data-confirm-source]");
  let changed = form.hasAttribute("data-changed");

  form.addEventListener("focusin", (event) => {
    for (const mark of source.querySelectorAll("mark.current")) mark.classList.remove("current");
    const words = [...source.querySelectorAll("mark[data-fields]")].filter((mark) =>
      mark.dataset.fields.split(" ").includes(event.target.name),
    );
    for (const mark of words) mark.classList.add("current");
    if (words.length && source.scrollHeight > source.clientHeight)
      source.scrollTo({ top: words[0].offsetTop - source.clientHeight / 3 });
  });
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  form.addEventListener("keydown", (event) => {
    // Enter in one-line fields already saves and confirms; Ctrl+Enter does so everywhere.
    if (event.key === "Enter" && event.ctrlKey) form.requestSubmit(form.querySelector("[data-main]"));
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  const first = form.querySelector("[aria-invalid=true]") || form.querySelector("[data-doubtful]") || form.querySelector("[autofocus]");
  (first || form.querySelector("[data-main]")).focus({ preventScroll: !first });
})();

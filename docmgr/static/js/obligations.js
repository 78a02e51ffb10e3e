// Walks through the proposals by keys, shows the words of the present one in the text, and counts what is chosen.
"use strict";
(() => {
  const form = document.querySelector("[data-obligations]");
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-obligation]")];
  const marks = [...document.querySelectorAll("[data-of]")];
  const text = document.querySelector(".obligation-text");
  const count = form.querySelector("[data-picked-count]");
  const picks = [...form.querySelectorAll("[data-pick-one]")];
  const all = form.querySelector("[data-pick-all]");
  let at = -1;
  let sent = false;
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  for (const told of form.querySelectorAll("[data-with-script]")) told.hidden = false;

  function marksOf(row) {
    return marks.filter((mark) => mark.dataset.of.split(" ").includes(row.dataset.obligation));
  }
  // Only the text itself is scrolled, never the page below it.
  function reveal(mark) {
    if (!mark || text.scrollHeight <= text.clientHeight) return;
    const above = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += above - text.clientHeight / 3;
  }
  function go(to, focus = true) {
    if (to < 0 || to >= rows.length) return;
    at = to;
    rows.forEach((row, index) => row.classList.toggle("is-current", index === at));
    const own = marksOf(rows[at]);
    marks.forEach((mark) => mark.classList.toggle("is-current", own.includes(mark)));
    reveal(own[0]);
    if (focus) {
      rows[at].focus({ preventScroll: true });
      rows[at].scrollIntoView({ block: "nearest" });
    }
  }
  function tell() {
    const number = picks.filter((pick) => pick.checked).length;
    if (count) count.textContent = number ? `${number}/${picks.length}` : "";
  }
  const keys = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    x: (row) => row?.querySelector("[data-pick-one]")?.click(),
    a: (row) => row?.querySelector("[data-accept]")?.click(),
    d: (row) => row?.querySelector("[data-drop]")?.click(),
    e: (row) => row?.querySelector("[data-edit]")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act(rows[at]);
  });
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-obligation]");
    if (row && rows[at] !== row) go(rows.indexOf(row), false);
  });
  text.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-of]");
    if (mark) go(rows.findIndex((row) => row.dataset.obligation === mark.dataset.of.split(" ")[0]));
  });
  form.addEventListener("click", (event) => {
    const number = event.target.closest("[data-to-text]");
    if (!number || window.matchMedia("(max-width: 991px)").matches) return;
    event.preventDefault();
    go(rows.indexOf(number.closest("[data-obligation]")));
  });
  all?.addEventListener("click", (event) => {
    event.preventDefault();
    const on = picks.some((pick) => !pick.checked);
    for (const pick of picks) pick.checked = on;
    tell();
  });
  form.addEventListener("change", tell);
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // After a decision the page comes back with the next one in its address.
  const next = rows.findIndex((row) => `#${row.id}` === location.hash);
  if (next >= 0) go(next);
  tell();
})();

// Moves through the cells of the table by keys, confirms the row with Ctrl+Enter, and warns before typed text is lost.
"use strict";
(() => {
  const form = document.querySelector("[data-waiting]");
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-row]")].map((row) => [...row.querySelectorAll("[data-cell]")]);
  const cells = rows.flat();
  let changed = form.hasAttribute("data-changed");
  // Once the form is on its way, a second press must not send it again; going back to the page frees it.
  let sent = false;
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  form.querySelector("[data-with-script]").hidden = false;

  function go(cell) {
    if (!cell) return false;
    cell.focus();
    cell.select();
    return true;
  }
  function beside(cell, step) {
    return cells[cells.indexOf(cell) + step];
  }
  function above(cell, step) {
    const at = rows.findIndex((row) => row.includes(cell));
    return rows[at + step]?.[rows[at].indexOf(cell)];
  }
  // Where an arrow would leave the text of the cell, it goes to the next cell.
  function leaving(cell, key) {
    const back = key === "ArrowUp" || key === "ArrowLeft";
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    return all || (cell.selectionStart === cell.selectionEnd && cell.selectionStart === (back ? 0 : cell.value.length));
  }
  function next(cell, event) {
    if (event.key === "Enter") return beside(cell, event.shiftKey ? -1 : 1);
    if (!event.key.startsWith("Arrow") || event.shiftKey || !leaving(cell, event.key)) return null;
    const step = event.key === "ArrowUp" || event.key === "ArrowLeft" ? -1 : 1;
    return event.key === "ArrowUp" || event.key === "ArrowDown" ? above(cell, step) : beside(cell, step);
  }

  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    // While an input method composes a syllable, its keys belong to it.
    if (!cell || event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key === "Enter" && !event.repeat) cell.closest("[data-row]").querySelector("[data-confirm]")?.click();
      return;
    }
    // A cell has one line: Enter never makes another one, not even in the last cell.
    if (go(next(cell, event)) || event.key === "Enter") event.preventDefault();
  });
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();

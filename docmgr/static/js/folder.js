// Choosing many documents in a list: choose the whole page or a range (Shift), go from box to box with the arrow keys, show how
// many are chosen, and move them by dragging them onto a folder of the tree.
(function () {
  "use strict";
  document.querySelectorAll("form[data-many]").forEach(function (form) {
    var boxes = Array.prototype.slice.call(form.querySelectorAll('input[name="id"], input[name="pick"]'));
    var all = form.querySelector("[data-all]");
    var count = form.querySelector("[data-count]");
    if (!all || !count || !boxes.length) { return; }
    var every = all.querySelector("input");
    function show() {
      var chosen = boxes.filter(function (box) { return box.checked; }).length;
      every.checked = chosen === boxes.length;
      every.indeterminate = chosen > 0 && chosen < boxes.length;
      count.textContent = chosen ? count.dataset.words + " " + chosen : "";
      var fixed = boxes.some(function (box) { return box.checked && box.hasAttribute("data-read-only"); });
      form.querySelectorAll('button[name="act"], button[data-edits], button[data-chosen]').forEach(function (button) {
        button.disabled = !chosen || (fixed && button.hasAttribute("data-edits"));
      });
    }
    all.hidden = false;
    every.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = every.checked; });
      show();
    });
    form.addEventListener("change", function (event) {
      if (event.target !== every) { show(); }
    });
    window.addEventListener("pageshow", show);
    show();
    ranges(form, boxes);
    if (form.hasAttribute("data-row-move")) { dragging(form, boxes, show); }
  });

  // Shift and a click choose all boxes since the last click; the arrow keys go up and down.
  function ranges(form, boxes) {
    var last = null;
    form.addEventListener("click", function (event) {
      var at = boxes.indexOf(event.target);
      if (at < 0) { return; }
      if (event.shiftKey && last !== null) {
        boxes.slice(Math.min(at, last), Math.max(at, last) + 1).forEach(function (box) { box.checked = event.target.checked; });
        event.target.dispatchEvent(new Event("change", { bubbles: true }));
      }
      last = at;
    });
    form.addEventListener("keydown", function (event) {
      var at = boxes.indexOf(event.target);
      var next = at < 0 ? null : event.key === "ArrowDown" ? boxes[at + 1] : event.key === "ArrowUp" ? boxes[at - 1] : null;
      if (next) {
        event.preventDefault();
        next.focus();
      }
    });
  }

  // The page that follows says who gains and loses the right to read, and asks.
  function dragging(form, boxes, show) {
    var select = form.querySelector("[data-move-target]");
    var button = form.querySelector("[data-move]");
    if (!select || !button) { return; }
    var dragged = false;
    boxes.forEach(function (box) {
      var row = box.closest("[data-row]");
      if (box.hasAttribute("data-read-only")) { return; }
      row.draggable = true;
      row.addEventListener("dragstart", function (event) {
        if (!box.checked) {
          boxes.forEach(function (other) { other.checked = other === box; });
          show();
        }
        dragged = true;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.innerText.trim());
      });
      row.addEventListener("dragend", function () { dragged = false; });
    });
    document.querySelectorAll("[data-tree-folder]").forEach(function (folder) {
      var known = select.querySelector('option[value="' + folder.dataset.treeFolder + '"]');
      folder.addEventListener("dragover", function (event) {
        if (!dragged || !known) { return; }
        event.preventDefault();
        folder.classList.add("drop-here");
      });
      folder.addEventListener("dragleave", function () { folder.classList.remove("drop-here"); });
      folder.addEventListener("drop", function (event) {
        folder.classList.remove("drop-here");
        if (!dragged || !known) { return; }
        event.preventDefault();
        select.value = folder.dataset.treeFolder;
        button.click();
      });
    });
  }
})();

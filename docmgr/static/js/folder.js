// Choosing many documents in a folder: choose the whole page, show how many, show buttons only while some are chosen.
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
      form.querySelectorAll('button[name="act"]').forEach(function (button) { button.disabled = !chosen; });
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
  });
})();

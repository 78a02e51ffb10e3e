// The frame of every page: "/" goes to the search box, menus close, errors get the focus.
(function () {
  "use strict";
  function typing(element) {
    return element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }
  // The list of keys is a page of its own; the dialog shows what that page lists.
  var keys = document.querySelector("[data-keys]");
  function showKeys() {
    if (keys.open) { return; }
    if (keys.querySelector("[data-keys-list]")) { keys.showModal(); return; }
    fetch(keys.dataset.keys).then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer); }).then(function (text) {
      var list = new DOMParser().parseFromString(text, "text/html").querySelector("[data-keys-list]");
      keys.append(list);
      keys.showModal();
    }).catch(function () { location.assign(keys.dataset.keys); });
  }
  document.querySelectorAll("[data-keys-open]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      link.closest("details").open = false;
      showKeys();
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape") {
      document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    } else if (event.key === "?" && !typing(event.target) && keys) {
      event.preventDefault();
      showKeys();
    } else if (!typing(event.target)) {
      var box = document.querySelector('[data-hotkey="' + CSS.escape(event.key) + '"]');
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  // On a phone the main menu and the figures of charts are folded; without scripts they stay open.
  var folds = document.querySelectorAll("[data-fold-on-phone]");
  if (folds.length) {
    var phone = window.matchMedia("(max-width: 767px)");
    var apply = function () { folds.forEach(function (fold) { fold.open = !phone.matches; }); };
    phone.addEventListener("change", apply);
    apply();
  }
  var error = document.querySelector("[data-focus]");
  if (error) { error.focus(); }
})();

// Shows the chosen files of a file field whose own text is hidden.
for (const input of document.querySelectorAll("[data-file-input]")) {
  input.addEventListener("change", () => {
    const chosen = input.parentElement.querySelector(".file-chosen");
    chosen.textContent = Array.from(input.files, (file) => file.name).slice(0, 3).join(", ") + (input.files.length > 3 ? "…" : "");
  });
}

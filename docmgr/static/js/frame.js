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
  // Enter in a box that searches a long list presses the button of the box, and elsewhere the one that saves: by itself a browser takes the first.
  document.addEventListener("keydown", function (event) {
    var field = event.target;
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || field.tagName !== "INPUT" || !field.form) { return; }
    var box = field.closest(".picker-search");
    var first = field.form.querySelector("button:not([type=button])");
    var pressed = box ? box.querySelector("button[name=find]") : first && first.name === "find" && field.form.querySelector("button:not([type=button]):not([name=find])");
    if (!pressed || pressed.type === "button") { return; }
    event.preventDefault();
    field.form.requestSubmit(pressed);
  });
  // In a form with files a search replaces only the field that is searched: a new page would lose the files, which a browser does not give back.
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    var place = button && button.name === "find" && button.closest("[data-searched]");
    if (!place) { return; }
    event.preventDefault();
    var sent = new FormData(form);
    form.querySelectorAll("input[type=file]").forEach(function (field) { sent.delete(field.name); });
    sent.append("find", button.value);
    fetch(form.getAttribute("action"), { method: "POST", body: sent }).then(function (answer) { return answer.text(); }).then(function (text) {
      var found = new DOMParser().parseFromString(text, "text/html").getElementById(place.id);
      place.replaceWith(document.adoptNode(found));
      found.querySelector("input").focus();
      form.dispatchEvent(new Event("searched"));
    }).catch(function () {
      var box = place.querySelector("input");
      ["input", "blur"].forEach(function (name) { box.addEventListener(name, function () { box.setCustomValidity(""); }); });
      box.setCustomValidity(place.dataset.searched);
      box.reportValidity();
    });
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

// Side panels are open next to the text, and folded below it on a phone; without scripts they are open.
"use strict";
(() => {
  const folded = window.matchMedia("(max-width: 991px)");
  for (const panel of document.querySelectorAll("details[data-open-when-wide]")) {
    const apply = () => panel.toggleAttribute("open", !folded.matches);
    folded.addEventListener("change", apply);
    apply();
  }
})();

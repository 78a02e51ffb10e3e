// Search boxes whose results are radio buttons: the results appear while one types. Without this file the button
// next to the box sends the form and the page comes back with the same results.
"use strict";
(() => {
  const PAUSE_MS = 250;

  const set = (box) => {
    const input = box.querySelector("input[type=search]");
    const button = box.querySelector("button[name=find]");
    const results = box.querySelector("[data-picker-results]");
    const chosen = box.querySelector("[data-picker-chosen]");
    const status = box.querySelector("[data-picker-status]");
    let timer = 0;
    let asked = 0;

    // An earlier choice stays, even when it is not among the new results.
    const keepChoice = () => {
      const picked = results.querySelector("input:checked");
      if (picked) chosen.replaceChildren(picked.closest(".choice"));
    };
    const show = (html) => {
      keepChoice();
      const found = new DOMParser().parseFromString(html, "text/html");
      const kept = chosen.querySelector("input");
      for (const again of found.querySelectorAll("input")) {
        if (kept && again.value === kept.value) again.closest(".choice").remove();
      }
      results.replaceChildren(...found.body.childNodes);
      status.textContent = results.querySelector("input") ? box.dataset.found : results.textContent.trim();
    };
    const ask = async () => {
      const mine = ++asked;
      const address = new URL(box.dataset.picker, location.href);
      address.searchParams.set("q", input.value);
      address.searchParams.set("name", box.dataset.name);
      const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" }).catch(() => null);
      // The session or connection is lost: the button then sends the form, and its answer says what is wrong.
      if (!answer || !answer.ok) button.type = "submit";
      else if (mine === asked) show(await answer.text());
    };

    button.type = "button";
    button.addEventListener("click", () => { if (button.type === "button") ask(); });
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || button.type !== "button") return;
      event.preventDefault();
      clearTimeout(timer);
      ask();
    });
  };

  document.querySelectorAll("[data-picker]").forEach(set);
})();

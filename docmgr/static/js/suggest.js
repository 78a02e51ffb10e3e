// Offers values of the site below a field while one types (an ARIA combobox). Arrows choose, Enter takes, Escape closes.
// Without this file the browser shows the most frequent values by itself.
"use strict";
(() => {
  const PAUSE_MS = 120;
  const serve = (input) => {
    const list = document.createElement("ul");
    let rows = [];
    let chosen = -1;
    let timer = 0;
    let asked = 0;
    const first = [...(input.list ? input.list.options : [])].map((option) => option.value);
    input.removeAttribute("list");
    list.id = `${input.id}-suggested`;
    list.className = "completions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.suggestLabel);
    list.hidden = true;
    const box = document.createElement("div");
    box.className = "suggest-box";
    box.append(list);
    input.after(box);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }))
      input.setAttribute(name, value);

    const close = () => {
      asked += 1;
      clearTimeout(timer);
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (number) => {
      chosen = number;
      rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === number)));
      if (number < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", rows[number].id);
        rows[number].scrollIntoView({ block: "nearest" });
      }
    };
    const take = (value) => {
      input.value = value;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const show = (values) => {
      rows = values.filter((value) => value !== input.value).map((value, number) => {
        const row = document.createElement("li");
        row.id = `${list.id}-${number}`;
        row.setAttribute("role", "option");
        row.textContent = value;
        row.addEventListener("mousedown", (event) => event.preventDefault());
        row.addEventListener("click", () => take(value));
        return row;
      });
      list.replaceChildren(...rows);
      list.hidden = !rows.length;
      input.setAttribute("aria-expanded", String(rows.length > 0));
      mark(-1);
    };
    const ask = async () => {
      const mine = ++asked;
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set("q", input.value);
      const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
      if (!answer || !answer.ok || mine !== asked) return;
      const found = await answer.json();
      if (mine === asked && document.activeElement === input) show(found.values);
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (!input.value.trim()) { show(first); return; }
      timer = setTimeout(ask, PAUSE_MS);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey) return;
      if (list.hidden) {
        if (event.key === "ArrowDown") { event.preventDefault(); show(first); }
        return;
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        mark((chosen + 1 + step + rows.length + 1) % (rows.length + 1) - 1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        event.stopPropagation();
        take(rows[chosen].textContent);
      }
    });
    input.addEventListener("blur", close);
  };
  document.querySelectorAll("[data-suggest]").forEach(serve);
})();

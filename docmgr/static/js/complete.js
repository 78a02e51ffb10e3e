// The search box offers documents, then queries, while one types (an ARIA combobox with a list below). Arrows choose,
// Enter opens the document or searches, Escape closes. Without this file the box is a plain field.
"use strict";
(() => {
  const PAUSE_MS = 120;
  const input = document.querySelector("[data-complete]");
  if (!input) return;
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let options = [];
  let chosen = -1;
  let timer = 0;
  let asked = 0;
  let typed = input.value;

  list.id = `${input.id}-completions`;
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.completeLabel);
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.form.append(list, status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }

  const close = () => {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    chosen = number;
    options.forEach((option, place) => option.row.setAttribute("aria-selected", String(place === number)));
    if (number < 0) {
      input.removeAttribute("aria-activedescendant");
      input.value = typed;
      return;
    }
    const option = options[number];
    input.setAttribute("aria-activedescendant", option.row.id);
    input.value = option.address ? typed : option.words;
    option.row.scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    if (option.address) { location.assign(option.address); return; }
    input.value = option.words;
    close();
    input.form.requestSubmit();
  };
  const row = (option, number) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const strong = document.createElement(option.address ? "strong" : "span");
    strong.textContent = option.words;
    item.append(strong);
    if (option.note) item.append(` ${option.note}`);
    // The field keeps the focus, so that the person can go on typing.
    item.addEventListener("mousedown", (event) => { event.preventDefault(); });
    item.addEventListener("click", () => take(option));
    return item;
  };
  const show = (found) => {
    const made = [
      ...found.documents.map((one) => ({ words: one.label, note: one.subject, address: one.address })),
      ...found.words.map((words) => ({ words })),
    ];
    options = made.map((option, number) => ({ ...option, row: row(option, number) }));
    list.replaceChildren(...options.map((option) => option.row));
    chosen = -1;
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(options.length > 0));
    input.removeAttribute("aria-activedescendant");
    status.textContent = options.length ? `${options.length} ${input.dataset.completeFound}` : "";
  };
  const ask = async () => {
    const mine = ++asked;
    const address = new URL(input.dataset.complete, location.href);
    address.searchParams.set("q", typed);
    const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
    // Without an answer (signed out, no connection) Enter still searches.
    if (!answer || !answer.ok || mine !== asked) return;
    const found = await answer.json();
    if (mine === asked && document.activeElement === input) show(found);
  };

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    if (typed.trim().length < 2) { close(); return; }
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      // One position more than there are options: the field itself with the typed text.
      choose((chosen + 1 + step + options.length + 1) % (options.length + 1) - 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      choose(-1);
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(options[chosen]);
    }
  });
  input.addEventListener("blur", close);
})();

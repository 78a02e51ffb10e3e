// A button next to each day field that opens the browser's calendar; people usually type the day.
"use strict";

const pad = (number) => String(number).padStart(2, "0");

function iso(typed) {
  const parts = typed.match(/^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/);
  return parts ? `${parts[3]}-${pad(parts[2])}-${pad(parts[1])}` : "";
}

for (const field of document.querySelectorAll("[data-day-field]")) {
  const typed = field.querySelector("input");
  const calendar = document.createElement("input");
  const button = document.createElement("button");
  if (!("showPicker" in calendar)) break;
  calendar.type = "date";
  calendar.tabIndex = -1;
  calendar.setAttribute("aria-hidden", "true");
  calendar.className = "day-calendar";
  button.type = "button";
  button.className = "btn btn-outline-secondary btn-sm day-button";
  button.setAttribute("aria-label", field.dataset.pick);
  button.title = field.dataset.pick;
  button.textContent = "▾";
  button.addEventListener("click", () => {
    calendar.value = iso(typed.value);
    calendar.showPicker();
  });
  calendar.addEventListener("change", () => {
    const [year, month, day] = calendar.value.split("-");
    typed.value = day ? `${day}/${month}/${year}` : "";
    typed.dispatchEvent(new Event("input", { bubbles: true }));
    typed.dispatchEvent(new Event("change", { bubbles: true }));
  });
  field.append(button, calendar);
}

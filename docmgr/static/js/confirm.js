// The keys of the form for facts: Enter goes to the next field that must be looked at, and confirms when there is none;
// Ctrl+Enter confirms and opens the next document. Marks the source words of the field that has the focus, and warns
// before typed text is lost.
"use strict";
(() => {
  const form = document.querySelector("[data-confirm-form]");
  if (!form) return;
  const note = form.querySelector("[data-confirm-note]");
  const next = document.querySelector("[data-next]");
  const main = form.querySelector("[data-main]");
  const later = document.querySelector("[data-later]");
  const picture = document.querySelector("[data-picture]");
  const tools = document.querySelector("[data-picture-tools]");
  const zooms = [100, 150, 200];
  const text = document.querySelector("[data-confirm-text]");
  let changed = form.hasAttribute("data-changed");
  // Once the form is on its way, a second press must not send it again; going back to the page frees it.
  let sent = false;
  window.addEventListener("pageshow", () => { sent = false; });

  // On a phone the picture is folded, so that the fields come first.
  const source = document.querySelector("[data-confirm-source]");
  const phone = window.matchMedia("(max-width: 767px)").matches;
  if (phone) source.open = false;

  const waiting = () => [...form.querySelectorAll("[data-must]:not([data-seen])")];
  const see = (field) => {
    if (!field || field.hasAttribute("data-seen")) return;
    field.setAttribute("data-seen", "");
    const sent = document.createElement("input");
    Object.assign(sent, { type: "hidden", name: "looked", value: field.dataset.must });
    form.append(sent);
  };
  const goTo = (field) => {
    const input = field.querySelector("input:not([type=hidden]), textarea, select");
    input.focus();
    if (input.select) input.select();
    note.textContent = `${form.dataset.left} ${waiting().length + 1}`;
  };
  // The first unseen field after `place`, or else the first one of all.
  const unseen = (place) => {
    const fields = waiting();
    return fields.find((field) => place && place.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING) || fields[0];
  };
  const confirm = (button, place) => {
    if (sent) return;
    const field = unseen(place);
    if (field) goTo(field);
    else form.requestSubmit(button);
  };

  // In a field with a line for each value Enter makes a line, except where the last one is still empty.
  const makesLine = (input) => {
    if (!input.matches("[data-lines]")) return false;
    const [before, after] = [input.value.slice(0, input.selectionStart), input.value.slice(input.selectionEnd)];
    return input.value.trim() !== "" && (after.trim() !== "" || !/\n[ \t]*$/.test(before));
  };

  const arrive = (input) => {
    note.textContent = "";
    see(input.closest("[data-must]"));
    lightText(input.name);
    if (picture) lightPicture(input.name);
  };
  form.addEventListener("focusin", (event) => arrive(event.target));
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    const button = event.submitter;
    const field = button && (button === main || button === next) ? unseen(null) : null;
    if (field) {
      event.preventDefault();
      goTo(field);
      return;
    }
    changed = false;
    sent = true;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.shiftKey || event.altKey || event.isComposing) return;
    // In the box that searches a long list it searches (frame.js).
    if (!event.target.matches("input, textarea, select") || event.target.closest(".picker-search") || makesLine(event.target)) return;
    event.preventDefault();
    if (!event.repeat) confirm(main, event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) confirm(next, null);
    } else if (event.key === "ArrowRight" && later && !changed && !event.shiftKey) {
      // Once something was typed, these keys move by words as everywhere, and nothing is lost.
      event.preventDefault();
      location.assign(later.href);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });

  function lightText(name) {
    if (!text) return;
    for (const mark of text.querySelectorAll("mark.current")) mark.classList.remove("current");
    const words = [...text.querySelectorAll("mark[data-fields]")].filter((mark) => mark.dataset.fields.split(" ").includes(name));
    for (const mark of words) mark.classList.add("current");
    if (words.length) text.scrollTo({ top: words[0].offsetTop - text.clientHeight / 3 });
  }

  function lightPicture(name) {
    const places = JSON.parse(picture.dataset.places);
    const found = places[name] || [];
    if (found.length && !found.some((box) => box[0] === Number(picture.dataset.number))) turnTo(found[0][0]);
    draw(places, name);
    const here = found.find((box) => box[0] === Number(picture.dataset.number));
    const frame = picture.parentElement;
    if (here) {
      frame.scrollTo({
        top: (here[2] + here[4] / 2) * picture.clientHeight - frame.clientHeight / 2,
        left: (here[1] + here[3] / 2) * picture.clientWidth - frame.clientWidth / 2,
      });
    }
  }

  function draw(places, current) {
    const marks = picture.querySelector("svg");
    const boxes = Object.entries(places).flatMap(([field, found]) => found.map((box) => [field, box]));
    marks.replaceChildren(...boxes.filter(([, box]) => box[0] === Number(picture.dataset.number)).map(([field, box]) => {
      const rectangle = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      ["x", "y", "width", "height"].forEach((name, number) => rectangle.setAttribute(name, box[number + 1]));
      if (field === current) rectangle.classList.add("current");
      rectangle.dataset.field = field;
      return rectangle;
    }));
  }

  function turnTo(number) {
    if (number < 1 || number > Number(picture.dataset.pages)) return;
    const image = picture.querySelector("img");
    picture.dataset.number = number;
    image.src = image.src.replace(/\/pages\/\d+\.png/, `/pages/${number}.png`);
    document.querySelector("[data-picture-place]").textContent = picture.dataset.words.replace("{no}", number).replace("{all}", picture.dataset.pages);
    picture.parentElement.scrollTo({ top: 0 });
    showTools();
  }

  function zoomBy(step) {
    const place = Math.min(Math.max(zooms.indexOf(Number(picture.dataset.zoom)) + step, 0), zooms.length - 1);
    picture.classList.replace(`zoom-${picture.dataset.zoom}`, `zoom-${zooms[place]}`);
    picture.dataset.zoom = zooms[place];
    showTools();
  }

  // Hides the tools that lead nowhere. One that has the focus gives it to the picture.
  function showTools() {
    const [number, zoom] = [Number(picture.dataset.number), Number(picture.dataset.zoom)];
    const useless = {
      '[data-page="-1"]': number === 1,
      '[data-page="1"]': number === Number(picture.dataset.pages),
      '[data-zoom="-1"]': zoom === zooms[0],
      '[data-zoom="1"]': zoom === zooms.at(-1),
    };
    for (const [name, hidden] of Object.entries(useless)) {
      const tool = tools.querySelector(name);
      if (hidden && tool === document.activeElement) picture.parentElement.focus();
      tool.hidden = hidden;
    }
  }

  // The links of the picture work without a new page, so that typed text stays.
  if (picture && tools) {
    tools.addEventListener("click", (event) => {
      const link = event.target.closest("[data-page], [data-zoom]");
      if (!link) return;
      event.preventDefault();
      if (link.dataset.page) {
        turnTo(Number(picture.dataset.number) + Number(link.dataset.page));
        draw(JSON.parse(picture.dataset.places), "");
      } else {
        zoomBy(Number(link.dataset.zoom));
      }
    });
  }

  // What stopped the form comes first: a wrong value, or the question about a taken number.
  const wrong = form.querySelector("[aria-invalid=true]") || document.querySelector("[data-asked] [type=radio]");
  // After a search it is the box that was searched.
  const first = wrong || form.querySelector("[autofocus]") || form.querySelector("input:not([type=hidden])");
  if (phone && !wrong && !first.closest(".picker-search")) {
    // There the keyboard would cover the page before anything is read.
    first.blur();
    window.scrollTo(0, 0);
  } else {
    first.focus({ preventScroll: !wrong });
    // The browser may have set the focus before this file was loaded.
    arrive(first);
  }
})();

// Sends each chosen file separately, shows its progress, and updates its state until it can be found.
"use strict";
(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const rows = document.querySelector("[data-upload-rows]");
  const table = document.querySelector("[data-upload-results]");
  const template = document.querySelector("#upload-row");
  const words = form.dataset;
  const AT_ONCE = 2;
  const POLL_MS = 1000;
  // A busy server is asked so many times again by itself; after that the person decides.
  const TRIES = 4;
  const queue = [];
  let running = 0;
  let timer = null;

  const size = (bytes) =>
    bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1).replace(".", ",")} MB`;

  function addRow(file) {
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("[data-size]").textContent = size(file.size);
    row.querySelector("progress").setAttribute("aria-label", file.name);
    say(row, words.waiting);
    rows.append(row);
    row.tabIndex = -1;
    table.hidden = false;
    return row;
  }

  function say(row, sentence, state) {
    row.querySelector("[data-sentence]").textContent = sentence;
    if (state) row.dataset.state = state;
  }

  function name(row, documentId, label) {
    const link = row.querySelector("[data-link]");
    link.href = `${words.documents}${documentId}`;
    link.hidden = false;
    if (label) link.textContent = label;
  }

  function answered(row, result) {
    row.querySelector("progress").hidden = true;
    if (result.outcome === "refused") return say(row, result.reason, "refused");
    name(row, result.document);
    row.dataset.document = result.document;
    if (result.outcome === "duplicate") return say(row, words.duplicate, "duplicate");
    say(row, words.stored, "waiting");
    poll();
  }

  // `one`: the file, its row, the fields of the form as they were when it was chosen, and how often it was sent in vain.
  function send(one) {
    const data = new FormData();
    for (const field of one.fields) data.append(...field);
    data.append("files", one.file, one.file.name);
    const request = new XMLHttpRequest();
    const bar = one.row.querySelector("progress");
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
      say(one.row, words.sending);
    });
    request.addEventListener("loadend", () => {
      running -= 1;
      const answer = parsed(request);
      const pause = request.status === 503 ? Number(request.getResponseHeader("Retry-After")) : 0;
      if (Array.isArray(answer)) answered(one.row, answer[0]);
      else if (pause && (one.tries += 1) <= TRIES) later(one, pause);
      else failed(one, request.status, answer);
      next();
    });
    request.send(data);
  }

  function parsed(request) {
    if (!(request.getResponseHeader("Content-Type") || "").startsWith("application/json")) return null;
    return JSON.parse(request.responseText);
  }

  function next() {
    while (running < AT_ONCE && queue.length) {
      running += 1;
      send(queue.shift());
    }
  }

  // The server knows a file that it has already, so one whose answer was lost is stored once.
  function enqueue(one) {
    queue.push(one);
    next();
  }

  function later(one, seconds) {
    say(one.row, words.busy);
    setTimeout(enqueue, 1000 * seconds, one);
  }

  function failed(one, status, answer) {
    const bar = one.row.querySelector("progress");
    const again = one.row.querySelector("[data-again]");
    bar.hidden = true;
    // The browser still holds the file when the connection or the server was away.
    again.hidden = status !== 0 && status < 500;
    say(one.row, status === 413 ? words.large : (answer && (answer.reason || answer.error)) || (again.hidden ? words.closed : words.failed), "refused");
    again.onclick = () => {
      if (document.activeElement === again) one.row.focus();
      again.hidden = true;
      bar.hidden = false;
      bar.value = 0;
      say(one.row, words.waiting, "sending");
      enqueue({ ...one, tries: 0 });
    };
  }

  function take(files) {
    const fields = [...new FormData(form)].filter(([field]) => field !== "files");
    for (const file of files) enqueue({ file, row: addRow(file), fields, tries: 0 });
  }

  const open = () => [...document.querySelectorAll(".upload-row[data-document][data-state=waiting]")];

  function poll() {
    if (timer === null && open().length) timer = setTimeout(ask, POLL_MS);
  }

  async function ask() {
    const waiting = open();
    const ids = waiting.slice(0, 200).map((row) => row.dataset.document).join(",");
    const answer = await fetch(`${words.states}?ids=${ids}`, { headers: { Accept: "application/json" } }).catch(() => null);
    timer = null;
    if (answer && answer.ok) {
      const states = new Map((await answer.json()).map((state) => [String(state.document), state]));
      for (const row of waiting) {
        const state = states.get(row.dataset.document);
        if (!state) continue;
        name(row, state.document, state.done ? state.label : null);
        say(row, state.sentence, state.done ? state.state : "waiting");
        row.querySelector("[data-confirm]").hidden = !state.done || state.state === "withheld";
        row.querySelector("[data-confirm]").href = `${words.documents}${state.document}/facts`;
      }
    }
    poll();
  }

  // What was dropped on another page and not stored, with the reasons.
  function dropped() {
    const others = JSON.parse(sessionStorage.getItem("docmgr-dropped") || "[]");
    sessionStorage.removeItem("docmgr-dropped");
    for (const one of others) {
      if (one.outcome === "duplicate" && rows.querySelector(`[data-document="${one.document}"]`)) {
        say(rows.querySelector(`[data-document="${one.document}"]`), words.duplicate, "duplicate");
        continue;
      }
      const row = addRow({ name: one.path, size: 0 });
      row.querySelector("[data-size]").textContent = "";
      answered(row, one);
    }
  }

  // Publishing at once is offered only in folders where the person may publish.
  const publish = form.querySelector("[data-publish]");
  const offer = () => {
    // A search of the folders replaces the list, which may have nothing chosen.
    const [chosen] = form.querySelector("select[name=folder]").selectedOptions;
    publish.hidden = Boolean(chosen) && chosen.hasAttribute("data-draft");
  };
  if (publish) {
    form.addEventListener("change", offer);
    form.addEventListener("searched", offer);
    offer();
  }
  form.addEventListener("files", (event) => take(event.detail));
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  for (const event of ["dragover", "dragenter"])
    document.addEventListener(event, (e) => {
      e.preventDefault();
      form.classList.add("dropping");
    });
  document.addEventListener("dragleave", (e) => {
    if (!e.relatedTarget) form.classList.remove("dropping");
  });
  document.addEventListener("drop", (e) => {
    e.preventDefault();
    form.classList.remove("dropping");
    take(e.dataTransfer.files);
  });
  form.querySelector("[data-without-script]").hidden = true;
  dropped();
  poll();
})();

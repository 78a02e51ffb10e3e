// Files dropped on any page, or pasted outside of a text field: they go into a folder, or become a new version.
"use strict";
(() => {
  const overlay = document.querySelector("[data-drop]");
  if (!overlay) return;
  const dialog = document.querySelector("[data-drop-dialog]");
  const form = dialog.querySelector("form");
  const said = dialog.querySelector("#drop-words");
  const bar = dialog.querySelector("progress");
  const yes = dialog.querySelector("[data-drop-yes]");
  const words = overlay.dataset;
  const version = document.querySelector("[data-drop-version]");
  const page = document.querySelector("[data-drop-folder]");
  // The folder on which files are dropped: one of the tree at the side, else that of the page.
  let here = page && { id: page.dataset.dropFolder, name: page.dataset.dropName };
  const uploadForm = document.querySelector("[data-upload]");
  const field = document.querySelector("main input[type=file]:not([data-no-drop])");
  const MOST_IDS = 100;
  let sending = null;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // The folder that the page names; else the one of the last upload, which the server knows.
  let asked = null;
  function target() {
    if (here) return Promise.resolve(here);
    asked ??= fetch(words.folder, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
    return asked;
  }

  function promise(text) {
    overlay.querySelector("[data-drop-words]").textContent = text;
    overlay.hidden = false;
  }

  async function announce() {
    if (version) return promise(fill(words.version, { name: version.dataset.dropName }));
    promise(here ? fill(words.into, { name: here.name }) : words.somewhere);
    const folder = await target();
    if (!overlay.hidden && folder && folder.name) promise(fill(words.into, { name: folder.name }));
  }

  // A sentence with a button that does something; without one it can only be closed.
  function ask(text, button, act) {
    said.textContent = text;
    yes.textContent = button || "";
    yes.hidden = !button;
    bar.hidden = true;
    form.onsubmit = (event) => {
      if (act) act(event);
      else event.preventDefault();
    };
    if (!dialog.open) dialog.showModal();
    (button ? yes : dialog.querySelector("[data-drop-no]")).focus();
  }

  const counted = (files) => (files.length === 1 ? `“${files[0].name}”` : fill(words.files, { count: files.length }));

  // Whether something was typed on this page that its next page would lose.
  const edited = () =>
    [...document.querySelectorAll("main form[method=post] :is(input:not([type=hidden]), textarea)")].some(
      (one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked,
    );

  // The confirmed form of the page "new version", sent by the browser itself.
  function addVersion(files) {
    if (files.length > 1) return ask(words.one);
    const held = new DataTransfer();
    held.items.add(files[0]);
    form.action = version.dataset.dropVersion;
    form.querySelector("input[type=file]").files = held.files;
    const question = fill(words.askVersion, { name: version.dataset.dropName, files: counted(files) });
    ask(edited() ? `${question} ${words.unsaved}` : question, words.doVersion);
    form.onsubmit = null;
  }

  async function addDocuments(files, confirm) {
    const folder = await target();
    if (!folder || !folder.id) return ask(folder ? words.nowhere : words.failed);
    if (!confirm) return upload(files, folder);
    const question = fill(words.askInto, { name: folder.name, files: counted(files) });
    ask(edited() ? `${question} ${words.unsaved}` : question, words.doInto, (event) => {
      event.preventDefault();
      upload(files, folder);
    });
  }

  function send(file, folder, progress) {
    return new Promise((resolve) => {
      const data = new FormData();
      data.append("csrf_token", form.elements.csrf_token.value);
      data.append("folder", folder.id);
      data.append("files", file, file.name);
      sending = new XMLHttpRequest();
      sending.open("POST", words.new);
      sending.setRequestHeader("Accept", "application/json");
      sending.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
      sending.addEventListener("loadend", () => resolve(result(file, sending)));
      sending.send(data);
    });
  }

  function result(file, request) {
    const json = (request.getResponseHeader("Content-Type") || "").startsWith("application/json");
    const answer = json ? JSON.parse(request.responseText) : null;
    if (Array.isArray(answer)) return answer[0];
    const reason = request.status === 413 ? words.large : (answer && (answer.reason || answer.error)) || words.failed;
    return { path: file.name, outcome: "refused", reason, document: null };
  }

  // One file after another; then the upload page shows them, also those that were refused.
  async function upload(files, folder) {
    ask("");
    bar.hidden = false;
    const results = [];
    for (const [index, file] of files.entries()) {
      if (!dialog.open) break;
      said.textContent = fill(words.sending, { count: `${index + 1}/${files.length}` });
      results.push(await send(file, folder, (part) => (bar.value = (100 * (index + part)) / files.length)));
    }
    sending = null;
    if (!dialog.open && !results.some((one) => one.document)) return;
    const ids = results.filter((one) => one.document).map((one) => one.document);
    const others = results.filter((one) => one.outcome !== "stored");
    sessionStorage.setItem("docmgr-dropped", JSON.stringify(others));
    const query = new URLSearchParams({ folder: folder.id });
    if (ids.length && ids.length <= MOST_IDS) query.set("ids", ids.join(","));
    window.location.assign(`${words.new}?${query}`);
  }

  dialog.querySelector("[data-drop-no]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => sending && sending.abort());
  window.addEventListener("beforeunload", (event) => sending && event.preventDefault());

  function take(files, confirm) {
    if (!files.length || sending) return;
    if (uploadForm) uploadForm.dispatchEvent(new CustomEvent("files", { detail: files }));
    else if (field) choose(files);
    else if (version) addVersion(files);
    else addDocuments(files, confirm || edited());
  }

  // A page with a file field of its own gets the files in that field.
  function choose(files) {
    const held = new DataTransfer();
    for (const file of field.multiple ? files : files.slice(0, 1)) held.items.add(file);
    field.files = held.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  }

  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");

  for (const name of ["dragenter", "dragover"])
    document.addEventListener(name, (event) => {
      if (uploadForm || !carries(event)) return;
      event.preventDefault();
      if (overlay.hidden && !dialog.open) announce();
    });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) overlay.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (uploadForm || !carries(event)) return;
    event.preventDefault();
    overlay.hidden = true;
    const onto = event.target.closest && event.target.closest("[data-tree-folder]");
    if (onto) here = { id: onto.dataset.treeFolder, name: onto.dataset.dropName };
    const items = [...event.dataTransfer.items];
    if (items.some((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()?.isDirectory)) return ask(words.directory);
    take([...event.dataTransfer.files], false);
  });

  // A picture from the clipboard has no name of its own; browsers call it "image.png".
  function named(file, number) {
    if (!/^image\//.test(file.type) || !/^(image\.\w+)?$/.test(file.name)) return file;
    const two = (value) => String(value).padStart(2, "0");
    const now = new Date();
    const moment = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate()), two(now.getHours()) + two(now.getMinutes())];
    const ending = file.type === "image/jpeg" ? "jpg" : file.type.slice(6).replace(/\W.*/, "");
    return new File([file], `anh-chup-${moment.join("-")}${number ? `-${number + 1}` : ""}.${ending}`, { type: file.type });
  }

  document.addEventListener("paste", (event) => {
    const at = event.target;
    const typing = at.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && at.type !== "file");
    if (typing || !event.clipboardData || !event.clipboardData.files.length) return;
    event.preventDefault();
    take([...event.clipboardData.files].map(named), true);
  });
})();

// Photos of the lines of an inspection (form[data-photo]). A photo is kept in this browser until the server has it, so it is not lost when
// the connection drops, and is sent by the same form. What is kept belongs to the signed-in person and is forgotten after a week. The
// server knows a photo that it has already, so one that is sent again after a lost answer is stored once.
"use strict";
(() => {
  const words = document.querySelector("[data-photo-words]");
  const person = document.body.dataset.person;
  const forms = [...document.querySelectorAll("form[data-photo]")];
  if (!words || !person || !forms.length) return;
  const said = words.dataset;
  const [MOST, BYTES, ALL] = [said.most, said.bytes, said.all].map(Number);
  const WEEK = 7 * 24 * 3600 * 1000;

  let opened = null;
  const open = () => (opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("docmgr-photos", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("photos", { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  }));
  const run = async (mode, act) => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const doing = base.transaction("photos", mode);
      const asked = act(doing.objectStore("photos"));
      doing.oncomplete = () => resolve(asked.result);
      doing.onabort = doing.onerror = () => reject(doing.error);
    });
  };
  const everything = () => run("readonly", (store) => store.getAll()).catch(() => []);
  const mine = async () => (await everything()).filter((one) => one.person === person);
  // Without the line of the page, which is nothing to store.
  const write = (photo) => run("readwrite", (store) => store.put({ ...photo, line: undefined }));
  const keep = (photo) => (photo.id === undefined ? Promise.resolve() : write(photo).catch(() => undefined));
  const forget = (photo) => (photo.id === undefined ? Promise.resolve() : run("readwrite", (store) => store.delete(photo.id)).catch(() => undefined));

  const formOf = (photo) => forms.find((form) => form.dataset.photo === photo.check);
  // The lines of the lists below the forms, by the id of what is kept.
  const lines = new Map();
  // The same photo has one line; one of a check that is not on this page has none.
  function tell(photo, text, buttons = []) {
    const form = formOf(photo);
    if (!form) return;
    const list = form.parentElement.querySelector("[data-photo-list]");
    photo.line ??= lines.get(photo.id) || list.appendChild(document.createElement("li"));
    if (photo.id !== undefined) lines.set(photo.id, photo.line);
    const focused = photo.line.contains(document.activeElement);
    photo.line.textContent = `${photo.name}: ${text} `;
    for (const [label, act] of buttons) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: label, onclick: act });
      button.setAttribute("aria-label", `${label}: ${photo.name}`);
      photo.line.append(button, " ");
    }
    list.hidden = false;
    form.closest("details").open = true;
    // A button that was pressed is gone; who uses the keyboard goes on from the same line.
    photo.line.tabIndex = -1;
    if (focused) (photo.line.querySelector("button") || photo.line).focus();
  }
  const refused = (photo) => tell(photo, photo.why, [
    [said.again, () => sendOnce(photo)],
    [said.drop, async () => { await forget(photo); photo.line.remove(); formOf(photo).elements.photo.focus(); }],
  ]);
  // One loop sends what is kept: of two answers to the same photo, the later one would bring back what was dropped after the first.
  async function sendOnce(photo) {
    photo.why = "";
    if (photo.id === undefined) return send(photo);
    tell(photo, said.kept);
    await keep(photo);
    return again();
  }
  const waits = (photo) => (photo.id === undefined ? tell(photo, said.lost, [[said.again, () => send(photo)]]) : tell(photo, said.kept));

  // Whether the others can be sent now: not without a connection, and not after signing out.
  async function send(photo) {
    const data = new FormData();
    data.append("csrf_token", forms[0].elements.csrf_token.value);
    data.append("photo", photo.file, photo.name);
    let answer;
    try {
      answer = await fetch(photo.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual" });
    } catch (error) { waits(photo); return false; }
    let told = null;
    try { told = await answer.json(); } catch (error) { told = null; }
    if (told && answer.ok) { await forget(photo); tell(photo, said.saved); return true; }
    // The server or its database is away for a while.
    if (answer.status >= 500) { waits(photo); return false; }
    const why = answer.status === 413 ? said.large : told && (told.why || told.reason);
    if (!why) { tell(photo, said.away); return answer.status >= 400; }
    // The person sees why it was refused, and decides.
    photo.why = why;
    await keep(photo);
    refused(photo);
    return true;
  }

  let [busy, asked] = [false, false];
  async function again() {
    asked = true;
    if (busy) return;
    busy = true;
    try {
      while (asked) {
        asked = false;
        const kept = await mine();
        kept.forEach((photo) => (photo.why ? refused(photo) : tell(photo, said.kept)));
        for (const photo of kept.filter((one) => !one.why)) if (!(await send(photo))) break;
      }
    } finally { busy = false; }
  }

  async function take(form, file) {
    const photo = { person, check: form.dataset.photo, action: form.getAttribute("action"), name: file.name, file, at: Date.now() };
    if (!/^image\/(jpeg|png)$/.test(file.type)) return tell(photo, said.kind);
    if (file.size > BYTES) return tell(photo, said.large);
    const kept = await mine();
    const room = kept.filter((one) => one.check === photo.check).length < MOST && kept.reduce((sum, one) => sum + one.file.size, file.size) <= ALL;
    if (!room) return tell(photo, said.full);
    try { photo.id = await write(photo); } catch (error) { return send(photo); }
    return undefined;
  }

  forms.forEach((form) => {
    const field = form.elements.photo;
    field.multiple = true;
    for (const part of form.querySelectorAll("button, output")) part.hidden = true;
    field.addEventListener("change", async () => {
      const files = [...field.files];
      field.value = "";
      for (const file of files) await take(form, file);
      again();
    });
  });
  window.addEventListener("online", again);
  setInterval(() => { if (navigator.onLine) again(); }, 30000);
  everything().then((all) => Promise.all(all.filter((one) => Date.now() - one.at > WEEK).map(forget))).then(again);
})();

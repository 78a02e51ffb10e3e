// Keeps what is typed into long forms (data-draft) in this browser, for the signed-in person and the address, and offers it
// again after the page was left without saving. Passwords and files are never kept. A draft is forgotten after a save, at
// sign-out, after a week, and when somebody else signs in here.
"use strict";
(() => {
  const PREFIX = "docmgr-draft:";
  const LIMIT = 200000;
  const WEEK = 7 * 24 * 3600 * 1000;
  const person = document.body.dataset.person;
  let store;
  try { store = window.localStorage; store.getItem(PREFIX); } catch (error) { return; }

  const keys = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  const read = (key) => {
    try { return JSON.parse(store.getItem(key)); } catch (error) { return null; }
  };
  const write = (key, draft) => {
    try { store.setItem(key, JSON.stringify(draft)); } catch (error) { /* The storage is full: then nothing is kept. */ }
  };

  // What was sent is forgotten when the answer leads on; a refused form is the answer itself, and a form that never arrived
  // is opened anew, both without being led on.
  const navigation = performance.getEntriesByType("navigation")[0];
  const ledOn = Boolean(person) && document.body.dataset.method !== "POST" && navigation && navigation.redirectCount > 0;
  keys().forEach((key) => {
    const draft = read(key);
    const stranger = person && !key.startsWith(`${PREFIX}${person}:`);
    if (!draft || stranger || Date.now() - draft.at > WEEK || (draft.sent && ledOn)) store.removeItem(key);
    else if (draft.sent) write(key, { ...draft, sent: false });
  });
  if (!person) return;

  let leaving = false;
  document.querySelectorAll("[data-sign-out]").forEach((form) => {
    form.addEventListener("submit", () => {
      leaving = true;
      keys().forEach((key) => store.removeItem(key));
    });
  });

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = `${PREFIX}${person}:${location.pathname}#${form.dataset.draft}`;
  const revision = form.querySelector("input[name=revision]");
  const kept = (field) => field.name && field.name !== "csrf_token" && !["password", "file", "hidden", "submit", "button"].includes(field.type);
  const named = () => {
    const seen = {};
    return [...form.elements].filter(kept).map((field) => {
      seen[field.name] = (seen[field.name] || 0) + 1;
      return [`${field.name}#${seen[field.name]}`, field];
    });
  };
  const valueOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    return field.multiple && field.options ? [...field.options].filter((one) => one.selected).map((one) => one.value) : field.value;
  };
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const first = new Map(named().map(([name, field]) => [name, valueOf(field)]));

  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    if (leaving) return;
    const before = read(key);
    const fields = { ...(before ? before.fields : {}) };
    named().forEach(([name, field]) => {
      const value = valueOf(field);
      if (same(value, first.get(name))) { if (!offered) delete fields[name]; } else fields[name] = value;
    });
    let room = LIMIT;
    Object.keys(fields).forEach((name) => {
      if (typeof fields[name] === "string") fields[name] = fields[name].slice(0, Math.max(0, room));
      room -= String(fields[name]).length;
    });
    if (Object.keys(fields).length) write(key, { at: Date.now(), revision: before && offered ? before.revision : revision && revision.value, fields });
    else store.removeItem(key);
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(keep, 400); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("pagehide", () => { if (timer) keep(); });
  form.addEventListener("submit", () => {
    keep();
    const draft = read(key);
    if (draft) write(key, { ...draft, sent: true });
  });

  const bar = document.querySelector("[data-draft-bar]");
  const draft = read(key);
  const differs = draft && named().some(([name, field]) => name in draft.fields && !same(draft.fields[name], valueOf(field)));
  // What a refused form shows is what was typed.
  let offered = Boolean(bar && differs && document.body.dataset.method !== "POST");
  if (!offered) return;
  bar.querySelector("[data-draft-at]").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
  form.before(bar);
  bar.hidden = false;
  bar.querySelector("[data-draft-restore]").addEventListener("click", () => {
    const fields = (read(key) || draft).fields;
    named().forEach(([name, field]) => {
      if (!(name in fields)) return;
      const value = fields[name];
      if (field.type === "checkbox" || field.type === "radio") field.checked = value;
      else if (field.multiple && field.options) [...field.options].forEach((one) => { one.selected = value.includes(one.value); });
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    // With the revision that was typed over, a save that would overwrite somebody else's is told as such.
    if (revision && draft.revision) revision.value = draft.revision;
    offered = false;
    bar.hidden = true;
    form.querySelector("input:not([type=hidden]), textarea, select").focus();
  });
  bar.querySelector("[data-draft-drop]").addEventListener("click", () => {
    clearTimeout(timer);
    offered = false;
    store.removeItem(key);
    bar.hidden = true;
  });
})();

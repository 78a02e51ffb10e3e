// The lines of an inspection (data-check). What is typed is kept in this browser until the server has it, as drafts.js does
// for long forms and under names that it looks after: so a line is not lost when the connection drops. It is sent again when
// the connection is back; where somebody else recorded the line meanwhile, the page that shows both is offered.
"use strict";
(() => {
  const words = document.querySelector("[data-check-words]");
  const person = document.body.dataset.person;
  const forms = [...document.querySelectorAll("form[data-check]")];
  if (!words || !person || !forms.length) return;
  let store = null;
  try { store = window.localStorage; store.getItem("docmgr-draft:"); } catch (error) { store = null; }

  const keyOf = (form) => `docmgr-draft:${person}:${location.pathname}#check-${form.dataset.check}`;
  const read = (form) => { try { return JSON.parse(store.getItem(keyOf(form))); } catch (error) { return null; } };
  const values = (form) => ({ result: (form.querySelector("input[name=result]:checked") || {}).value, note: form.elements.note.value });
  const keep = (form, wanted) => {
    const draft = { at: Date.now(), revision: form.elements.revision.value, fields: values(form), wanted };
    try { if (store) store.setItem(keyOf(form), JSON.stringify(draft)); } catch (error) { /* The storage is full. */ }
  };
  const tell = (form, text, address) => {
    const place = form.querySelector("[data-check-state]");
    place.replaceChildren();
    if (address) { const link = document.createElement("a"); link.href = address; link.textContent = text; place.append(link); } else place.textContent = text;
    place.hidden = false;
  };
  const saved = (form, revision) => {
    form.elements.revision.value = revision;
    try { if (store) store.removeItem(keyOf(form)); } catch (error) { /* Nothing was kept. */ }
    tell(form, words.dataset.saved);
    const finding = form.parentElement.querySelector("[data-check-failed]");
    if (finding) finding.hidden = values(form).result !== "failed";
  };
  const send = async (form) => {
    keep(form, true);
    const typed = JSON.stringify(values(form));
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" });
    } catch (error) { tell(form, words.dataset.kept); return; }
    let said = null;
    try { said = await answer.json(); } catch (error) { said = null; }
    if (said && answer.ok && typed === JSON.stringify(values(form))) saved(form, said.revision);
    else if (said && answer.ok) { form.elements.revision.value = said.revision; keep(form, false); tell(form, words.dataset.typed); }
    else if (said && said.conflict) {
      keep(form, false);
      tell(form, words.dataset.conflict, said.conflict);
      // Sent as a form, the page that answers has both and what was typed; from then on it is there and no draft.
      form.querySelector("[data-check-state] a").addEventListener("click", (event) => {
        event.preventDefault();
        if (!navigator.onLine) { tell(form, words.dataset.typed); return; }
        try { store.removeItem(keyOf(form)); } catch (error) { /* Nothing was kept. */ }
        form.submit();
      });
    }
    // The server or its database is away for a while.
    else if (answer.status >= 500) tell(form, words.dataset.kept);
    else if (said) { keep(form, false); tell(form, said.why || said.reason); }
    else tell(form, words.dataset.away);
  };
  const again = () => forms.forEach((form) => { const draft = store && read(form); if (draft && draft.wanted) send(form); });

  forms.forEach((form) => {
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
    form.addEventListener("input", () => { keep(form, false); tell(form, words.dataset.typed); });
    const draft = store && read(form);
    if (!draft) return;
    form.querySelectorAll("input[name=result]").forEach((one) => { one.checked = one.value === draft.fields.result; });
    form.elements.note.value = draft.fields.note || "";
    // With the revision that was typed over, a save that would overwrite somebody else's is told as such.
    form.elements.revision.value = draft.revision;
    tell(form, words.dataset.typed);
  });
  window.addEventListener("online", again);
  setInterval(() => { if (navigator.onLine) again(); }, 30000);
  again();
})();

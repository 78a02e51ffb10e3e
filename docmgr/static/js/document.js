// Conveniences on a document's page: copy an address, update the state, go from match to match.
"use strict";
(() => {
  const root = document.querySelector("[data-document-page]");
  if (!root) return;
  const status = document.querySelector("[data-document-status]");

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-copy]");
    if (!link || !navigator.clipboard) return;
    navigator.clipboard.writeText(link.href).then(() => {
      status.textContent = root.dataset.copied;
    });
  });

  // The bar above the text names the document once the head of the page is out of sight.
  const bar = root.querySelector(".document-bar");
  const head = root.querySelector(".document-head");
  if (bar && head) new IntersectionObserver(([seen]) => bar.classList.toggle("is-stuck", !seen.isIntersecting)).observe(head);

  const text = root.querySelector(".document-text");
  // A very long text is shown in parts. An address of a provision in another part loads that part.
  const toPart = () => {
    const anchor = location.hash.slice(1);
    if (!text || !text.dataset.parts || !anchor || document.getElementById(anchor)) return;
    if (new URLSearchParams(location.search).get("at") === anchor) return;
    location.replace(`${text.dataset.parts.replace("ANCHOR", anchor)}#${anchor}`);
  };
  toPart();
  window.addEventListener("hashchange", toPart);
  const tools = document.createElement("span");
  tools.className = "provision-tools no-print";
  for (const kind of ["task", "link", "comment"]) {
    if (!text || !text.dataset[kind]) continue;
    const link = document.createElement("a");
    link.textContent = text.dataset[`${kind}Words`];
    link.dataset.kind = kind;
    tools.append(" ", link);
  }
  const offer = (event) => {
    const mark = event.target.closest(".provision")?.querySelector(".provision-mark");
    // A heading has its own menu.
    if (!mark || mark.nextSibling === tools || mark.closest(".provision").querySelector(".acts")) return;
    for (const link of tools.children) {
      const address = new URL(text.dataset[link.dataset.kind], location.href);
      if (link.dataset.kind === "comment") {
        // Beside the text of this very page.
        address.searchParams.set("at", mark.hash.slice(1));
        address.searchParams.set("comment", mark.hash.slice(1));
        address.hash = mark.hash;
      } else address.searchParams.set("anchor", mark.hash.slice(1));
      link.href = address.href;
    }
    mark.after(tools);
  };
  // One set of buttons moves to the provision under the pointer: a set per provision would be thousands in a long law.
  if (tools.children.length) for (const event of ["pointerover", "focusin"]) text.addEventListener(event, offer);

  const marks = [...root.querySelectorAll(".document-text mark")];
  const count = root.querySelector("[data-mark-count]");
  // Between two matches this is a half, so that a step in either direction goes to the nearest match.
  let at = -0.5;
  const start = () => {
    const target = document.getElementById(location.hash.slice(1));
    const follows = (mark) => target.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING;
    const first = target ? marks.findIndex(follows) : 0;
    at = (first < 0 ? marks.length : first) - 0.5;
  };
  for (const button of document.querySelectorAll("[data-mark-step]")) {
    button.hidden = marks.length === 0;
    button.addEventListener("click", () => {
      root.querySelector("mark.current")?.classList.remove("current");
      const next = Number(button.dataset.markStep) > 0 ? Math.floor(at) + 1 : Math.ceil(at) - 1;
      at = (next + marks.length) % marks.length;
      marks[at].classList.add("current");
      marks[at].scrollIntoView({ block: "center" });
      count.textContent = `${at + 1}/${marks.length}`;
      status.textContent = count.textContent;
    });
  }
  if (marks.length) start();
  window.addEventListener("hashchange", start);

  const select = document.querySelector("[data-submit-on-change]");
  if (select) {
    select.addEventListener("change", () => select.form.requestSubmit());
    select.form.querySelector("button").hidden = true;
  }

  const busy = document.querySelector("[data-busy]");
  if (!busy) return;
  const ask = async () => {
    const answer = await fetch(busy.dataset.busy, { headers: { Accept: "application/json" } }).catch(() => null);
    const states = answer && answer.ok ? await answer.json() : [];
    if (states.length && states[0].done) location.reload();
    else {
      if (states.length) busy.querySelector("[data-sentence]").textContent = states[0].sentence;
      setTimeout(ask, 1500);
    }
  };
  setTimeout(ask, 1500);
})();

// @ts-check
/** Sends votes without leaving the page. Where it cannot, the form sends itself. */

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.vote"))) {
  form.addEventListener("submit", send);
}

/** @this {HTMLFormElement} */
async function send(/** @type {SubmitEvent} */ event) {
  event.preventDefault();
  const isFirst = this.elements.namedItem("asked_why") === null;
  const body = new URLSearchParams(/** @type {any} */ (new FormData(this, event.submitter)));
  try {
    const response = await fetch(this.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    show(this, await response.json(), isFirst);
  } catch {
    this.removeEventListener("submit", send);
    this.requestSubmit(event.submitter);
  }
}

/** A first "no" is asked why; everything else is thanked for. */
function show(/** @type {HTMLFormElement} */ form, /** @type {{query_id: string, helpful: boolean}} */ vote, /** @type {boolean} */ isFirst) {
  const [row, why, said] = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".row, .why, .said"));
  const instead = /** @type {HTMLElement | null} */ (form.querySelector(".instead"));
  if (instead) instead.hidden = vote.helpful;
  row.hidden = true;
  why.hidden = vote.helpful || !isFirst;
  if (why.hidden) {
    said.textContent = form.dataset.thanks ?? "";
    said.focus();
  } else {
    keep(form, "query_id", vote.query_id);
    keep(form, "asked_why", "1");
    /** @type {HTMLElement} */ (why.querySelector("input")).focus();
  }
}

function keep(/** @type {HTMLFormElement} */ form, /** @type {string} */ name, /** @type {string} */ value) {
  const kept = form.elements.namedItem(name) ?? document.createElement("input");
  form.append(Object.assign(/** @type {HTMLInputElement} */ (kept), { type: "hidden", name, value }));
}

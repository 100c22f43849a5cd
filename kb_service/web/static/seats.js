// @ts-check
/** Fills in the live count of a page that came without waiting for it. Where it cannot, the link of the card stays. */

const card = /** @type {HTMLElement} */ (document.querySelector("[data-source]"));
const request = new XMLHttpRequest();
request.open("GET", card.dataset.source ?? "");
// The browser parses it as a document of its own: no text becomes markup here, and no script of it runs.
request.responseType = "document";
request.timeout = 15_000;
request.onloadend = () => {
  const found = request.status === 200 && request.responseXML?.getElementById("kb:seats-card");
  if (found) fill(found);
  else /** @type {HTMLElement} */ (card.querySelector(".note")).textContent = card.dataset.failed ?? "";
  card.removeAttribute("aria-busy");
};
request.send();

/** Somebody who corrects numbers meanwhile keeps the form as it is. */
function fill(/** @type {Element} */ found) {
  const form = card.querySelector("details");
  if (!form?.open) return card.replaceWith(found);
  for (const each of [...card.children]) if (each !== form) each.remove();
  let isBehind = false;
  for (const each of [...found.children]) {
    if (each.tagName === "DETAILS") isBehind = true;
    else if (isBehind) card.append(each);
    else form.before(each);
  }
}

// @ts-check
/** Writes to a person: the question, what was read and the seats stand in the form, to change or to leave out. */

import { node } from "./nodes.js";

/** @typedef {{question: string, email: string, seats: string, read: Record<string, string>}} Draft  titles of what was read by address */

/**
 * @param {Draft} draft @param {import("./nodes.js").Words} words
 * @param {(sent: object) => Promise<string>} send  says what is wrong, "" when it is delivered, "email" for the address
 * @param {() => void} done @returns {HTMLElement}
 */
export function contactView(draft, words, send, done) {
  const outcome = node("p", { class: "stale", role: "alert" });
  const email = field("email", words.email, words.sentHint, "input", { type: "email", value: draft.email, maxlength: 320, autocomplete: "email" });
  const consent = node("input", { type: "checkbox", name: "consent", "aria-describedby": "consent-hint" });
  const needed = node("span", { class: "stale", id: "consent-hint" });
  const pages = node("fieldset", {}, node("legend", {}, words.pages));
  for (const url of Object.keys(draft.read)) {
    pages.append(node("label", { class: "choice" }, node("input", { type: "checkbox", name: "read", value: url, checked: true }), node("span", { dir: "auto" }, draft.read[url])));
  }
  const button = node("button", {}, words.send);
  const form = node("form", { novalidate: true, class: "write", part: "contact-form" },
    node("h2", {}, words.write),
    field("question", words.question, "", "textarea", { rows: 2, maxlength: 2000 }, draft.question),
    field("message", words.message, "", "textarea", { rows: 4, maxlength: 4000 }),
    email,
    draft.seats && field("seats", words.unknown, "", "input", { value: draft.seats, maxlength: 500 }),
    pages.childNodes.length > 1 && pages,
    node("label", { class: "choice" }, consent, words.consent), needed,
    outcome, button);
  const told = (/** @type {any} */ input, /** @type {any} */ hint, /** @type {boolean} */ isWrong, /** @type {string} */ wrong, right = "") => {
    input.setAttribute("aria-invalid", String(isWrong));
    hint.textContent = isWrong ? wrong : right;
    hint.className = isWrong ? "stale" : "soft";
    if (isWrong) input.focus();
  };
  const address = email.querySelector("input"), hint = email.querySelector("span");
  form.onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const { question, message, seats } = form.elements;
    const isEmpty = !(question.value + message.value).trim();
    const isWrong = !/^\S+@\S+\.\S+$/.test(address.value.trim());
    told(consent, needed, !consent.checked, words.consentHint);
    told(address, hint, isWrong, words.wrongEmail, words.sentHint);
    question.setAttribute("aria-invalid", String(isEmpty));
    if (isEmpty) question.focus();
    if (isEmpty || isWrong || !consent.checked || button.disabled) return;
    // Without a prototype, as pages exist that give arrays a toJSON of their own.
    const read = Object.setPrototypeOf([], null);
    for (const box of form.querySelectorAll("[name=read]:checked")) read[read.length] = box.value;
    button.disabled = true;
    const wrong = await send({ question: question.value, message: message.value, email: address.value.trim(), seats: seats?.value ?? "", read, consent: true });
    button.disabled = false;
    if (wrong === "email") told(address, hint, true, words.wrongEmail);
    else outcome.textContent = wrong;
    if (!wrong) done();
  };
  return form;
}

/** @returns {HTMLElement} */
function field(/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ hint, /** @type {string} */ tag, /** @type {object} */ attributes, text = "") {
  const id = name + "-hint";
  return node("label", {}, label, node(tag, { name, dir: "auto", "aria-describedby": hint && id, ...attributes }, text), hint && node("span", { class: "soft", id }, hint));
}

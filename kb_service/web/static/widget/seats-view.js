// @ts-check
/** The seat card: each number with where it comes from, what follows, and a form that corrects the numbers in place. */

import { link } from "./answer-view.js";
import { fill, node } from "./nodes.js";

/** @typedef {import("./replies.js").Card} Card */
/** @typedef {import("./replies.js").Figure} Figure */
/** @typedef {import("./nodes.js").Words} Words */

const WHOLE_NUMBER = /^\d{0,7}$/;
const MOST = 1_000_000;

/**
 * @param {Card} card @param {Words} words
 * @param {(numbers: Record<string, string>) => void} correct  gets what is in the fields, "" for what shall not be entered
 * @returns {HTMLElement}
 */
export function seatsView(card, words, correct) {
  const figures = node("dl", {});
  for (const { name, value, origin } of card.figures) {
    const shown = value ?? (card.isPending && name === "active" ? "…" : "?");
    figures.append(node("div", {}, node("dt", {}, words[name === "seats" ? "paid" : name]), node("dd", {}, String(shown), origin && node("span", { class: "soft", dir: "auto" }, origin))));
  }
  const shown = node("section", { class: "card", part: "seats", "aria-labelledby": "seats", tabindex: "-1" },
    node("h2", { id: "seats" }, words[Object.hasOwn(words, card.state) ? card.state : "unknown"]), figures);
  if (card.note) shown.append(node("p", { dir: "auto", class: "note" }, card.note));
  if (card.url) shown.append(node("p", {}, link(card.url, fill(words.look, { host: new URL(card.url).host }), words)));
  for (const sentence of card.sentences) shown.append(node("p", { dir: "auto" }, sentence));
  for (const conflict of card.conflicts) shown.append(node("p", { class: "stale", dir: "auto" }, conflict));
  shown.append(correction(card, words, correct));
  return shown;
}

/** Put a newer card in the place of one; somebody who is correcting numbers keeps the form as it is. */
export function replaceCard(/** @type {HTMLElement} */ old, /** @type {HTMLElement} */ made) {
  const form = old.querySelector("details");
  if (!form?.open) {
    old.replaceWith(made);
    return made;
  }
  while (old.firstChild !== form) old.firstChild?.remove();
  while (made.firstChild && made.firstChild !== made.lastChild) form.before(made.firstChild);
  return old;
}

/** @returns {HTMLElement} */
function correction(/** @type {Card} */ card, /** @type {Words} */ words, /** @type {(numbers: Record<string, string>) => void} */ correct) {
  const form = node("form", { novalidate: true, class: "correct" });
  for (const { name, typed, live } of card.figures) {
    const hint = node("span", { class: "soft", id: name + "-hint" }, live !== null && fill(words.keep, { count: live }));
    form.append(node("label", {}, words[name === "seats" ? "paid" : name],
      node("input", { name, value: typed, inputmode: "numeric", maxlength: 7, "aria-describedby": hint.id }), hint));
  }
  form.append(node("button", { class: "quiet" }, words.use));
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    /** @type {Record<string, string>} */
    const numbers = {};
    let wrong = null;
    for (const { name } of card.figures) {
      const input = form.elements[name];
      numbers[name] = input.value.trim();
      const isRight = WHOLE_NUMBER.test(numbers[name]) && Number(numbers[name]) <= MOST;
      input.setAttribute("aria-invalid", String(!isRight));
      if (isRight) continue;
      input.nextSibling.textContent = words.wrongNumber;
      input.nextSibling.className = "stale";
      wrong ??= input;
    }
    wrong ? wrong.focus() : correct(numbers);
  };
  return node("details", { open: card.asks }, node("summary", {}, words.correct), form);
}

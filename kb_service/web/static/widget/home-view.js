// @ts-check
/** What the panel shows before anything is typed: what fits the page, what is often asked, and topics. */

import { node } from "./nodes.js";

/** @typedef {import("./replies.js").Beginning} Beginning */
/** @typedef {import("./replies.js").Offer} Offer */

/**
 * @param {Beginning} begun @param {import("./nodes.js").Words} words @param {(offer: Offer) => void} choose
 * @param {(topic: {name: string, title: string}) => void} browse
 * @returns {HTMLElement}
 */
export function homeView(begun, words, choose, browse) {
  const chips = node("ul", { class: "chips" });
  for (const topic of begun.topics) {
    const chip = node("button", { type: "button", class: "quiet", part: "topic", dir: "auto" }, topic.title);
    chip.onclick = () => browse(topic);
    chips.append(node("li", {}, chip));
  }
  return node("div", { class: "home" },
    begun.suggested.length && shelf("fitting", words.fitting, offersView(begun.suggested, choose)),
    begun.questions.length && shelf("often", words.often, offersView(begun.questions, choose)),
    begun.topics.length && shelf("topics", words.topics, chips));
}

/** A list of articles and questions; one that leads nowhere by itself is a button. */
export function offersView(/** @type {Offer[]} */ offers, /** @type {(offer: Offer) => void} */ choose) {
  const list = node("ul", { class: "rows" });
  for (const offer of offers) {
    const row = node(offer.url ? "a" : "button", { href: offer.url || null, type: offer.url ? null : "button", class: "offer", part: "offer" }, node("span", { dir: "auto" }, offer.text));
    row.onclick = (/** @type {MouseEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(offer);
    };
    list.append(node("li", {}, row));
  }
  return list;
}

function shelf(/** @type {string} */ id, /** @type {string} */ title, /** @type {Node} */ inner) {
  return node("section", { "aria-labelledby": id }, node("h2", { id }, title), inner);
}

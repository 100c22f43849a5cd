// @ts-check
/** Shows an answer: the sentence that answers marked in its passage, further passages, the seat card; what may help; or that there is none. */

import { fill, leading, marked, node } from "./nodes.js";
import { written } from "./written.js";

/** @typedef {import("./nodes.js").Words} Words */
/** @typedef {import("./replies.js").Answer} Answer */
/** @typedef {import("./replies.js").Passage} Passage */

/**
 * @param {Answer} answer @param {Words} words @param {string} lang @param {Node | false} feedback @param {Node | null} contact
 * @param {Node | null} seats
 * @returns {HTMLElement}
 */
export function answerView(answer, words, lang, feedback, contact, seats) {
  const shown = node("div");
  if (answer.corrections.length) shown.append(corrections(answer.corrections, words));
  if (answer.passage) shown.append(quotation(answer.passage, words, lang), feedback || "");
  else shown.append(...none(answer, words, contact));
  for (const each of answer.parts) shown.append(part(each, words));
  // A place for the sentences that a pending count will bring, so that what follows stays where it is.
  if (seats) shown.append(node("div", { class: answer.card?.isPending && "reserved" }, seats));
  if (answer.others.length) shown.append(more(answer.others, words, lang));
  return shown;
}

/** What answers another question of the message, or that nothing does. */
function part(/** @type {import("./replies.js").Part} */ { question, quote, title, url, service }, /** @type {Words} */ words) {
  return node("section", { part: "answer-part" },
    node("h3", { dir: "auto" }, question),
    node("p", { class: quote ? "excerpt" : "soft", dir: "auto" }, quote || words.none),
    quote && link(url, title, words, service));
}

/** A link to an article of the `service`, which opens here, or to a page beside that of the host. */
export function link(/** @type {string} */ url, /** @type {string} */ text, /** @type {Words} */ words, /** @type {string} */ service = "") {
  if (!url) return node("span", { dir: "auto" }, text);
  const given = leading(url, service);
  return node("a", { ...given, dir: "auto" }, text, given.target && node("span", { class: "unseen" }, " " + words.newTab));
}

/** @returns {HTMLElement} */
function quotation(/** @type {Passage} */ passage, /** @type {Words} */ words, /** @type {string} */ lang) {
  return node("article", { part: "answer" },
    node("h2", { dir: "auto" }, passage.title),
    passage.path && node("p", { class: "soft", dir: "auto" }, passage.path),
    node("blockquote", { class: "prose", part: "passage", dir: "auto" },
      passage.html ? written(passage.html, passage.service, words.newTab) : marked(passage.text, passage.marks)),
    node("p", { class: "row" }, freshness(passage, words, lang), passage.url && link(passage.url, words.read, words, passage.service)));
}

/** @returns {HTMLElement} */
function more(/** @type {Passage[]} */ passages, /** @type {Words} */ words, /** @type {string} */ lang) {
  const list = node("ol", { class: "more", part: "passages" });
  for (const passage of passages) {
    list.append(node("li", {},
      node("h3", {}, link(passage.url, passage.title, words, passage.service)),
      node("p", { class: "excerpt", dir: "auto" }, marked(passage.text, passage.marks)),
      freshness(passage, words, lang)));
  }
  return node("section", { "aria-labelledby": "more" }, node("h2", { id: "more" }, words.more), list);
}

/** @returns {HTMLElement | null} */
export function freshness(/** @type {{checked: Date | null, stale: boolean}} */ { checked, stale }, /** @type {Words} */ words, /** @type {string} */ lang) {
  if (!checked) return null;
  const date = checked.toLocaleDateString(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return node("span", { class: stale ? "soft stale" : "soft" }, fill(stale ? words.stale : words.checked, { date }));
}

function corrections(/** @type {string[]} */ meant, /** @type {Words} */ words) {
  const [before, after] = words.corrected.split("{words}");
  const line = node("p", { class: "soft", part: "corrections" }, before);
  for (let at = 0; at < meant.length; at++) line.append(at ? ", " : "", node("b", {}, meant[at]));
  line.append(after ?? "");
  return line;
}

/** @returns {Node[]} */
function none(/** @type {Answer} */ answer, /** @type {Words} */ words, /** @type {Node | null} */ contact) {
  const titles = node("ul", { class: "links" });
  for (const { title, url, service } of answer.related) titles.append(node("li", {}, link(url, title, words, service)));
  const { state } = answer;
  const shown = [node("h2", {}, words[state]), node("p", {}, state !== "none" ? words[state + "Hint"] : answer.languages.length ? fill(words.languages, { languages: answer.languages.join(", ") }) : words.noneHint)];
  if (answer.ask) shown[2] = node("p", { dir: "auto" }, fill(words.ask, { ask: answer.ask }));
  if (answer.related.length) shown[shown.length] = node("section", { "aria-labelledby": "nearest" }, node("h3", { id: "nearest" }, words.nearest), titles);
  if (contact) shown[shown.length] = contact;
  return shown;
}

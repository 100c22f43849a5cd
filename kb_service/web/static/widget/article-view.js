// @ts-check
/** Shows an article in the panel, with its pictures and links. */

import { freshness, link } from "./answer-view.js";
import { node } from "./nodes.js";
import { written } from "./written.js";

/** @typedef {import("./replies.js").Reading} Reading */
/** @typedef {import("./nodes.js").Words} Words */

/** @returns {HTMLElement} */
export function articleView(/** @type {Reading} */ read, /** @type {Words} */ words, /** @type {string} */ lang) {
  const titles = node("ul", { class: "links" });
  for (const { title, url } of read.related) titles.append(node("li", {}, link(url, title, words, read.service)));
  return node("article", { part: "article", lang: read.lang || null, dir: "auto" },
    node("h2", {}, read.title),
    node("p", { class: "row" }, freshness(read, words, lang), link(read.url, words.page, words)),
    node("div", { class: "prose" }, written(read.html, read.service, words.newTab, read.url)),
    read.related.length && node("section", { "aria-labelledby": "related" }, node("h3", { id: "related" }, words.more), titles));
}

// @ts-check
/** Shows that an answer is on its way, or why it does not come and what to do. */

import { link } from "./answer-view.js";
import { fill, node } from "./nodes.js";

/** @returns {Node[]} */
export function loadingView(/** @type {import("./nodes.js").Words} */ words) {
  return [node("p", { class: "soft" }, words.loading), node("div", { class: "bones" }), node("div", { class: "bones" }), node("div", { class: "bones" })];
}

/**
 * @param {import("./requests.js").Failure} failure @param {import("./nodes.js").Words} words
 * @param {string} page  where the question is answered without this widget
 * @param {() => void} retry @returns {{text: string, nodes: Node[]}}
 */
export function failureView(failure, words, page, retry) {
  const { kind } = failure;
  const hint = fill(words[kind + "Hint"] ?? words.errorHint, { seconds: Math.ceil(failure.waitSeconds) });
  const again = node("button", { type: "button" }, words.retry);
  again.onclick = retry;
  return {
    text: words[kind] + ". " + hint,
    nodes: [node("h2", {}, words[kind]), node("p", {}, hint), node("p", { class: "row" }, again, kind !== "offline" && link(page, words.elsewhere, words))],
  };
}

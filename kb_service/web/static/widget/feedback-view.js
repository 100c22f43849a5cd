// @ts-check
/** Asks whether the answer helped: a vote at once, then, when it did not, why. Every later vote replaces the one before. */

import { node } from "./nodes.js";

const REASONS = ["other_question", "wrong", "outdated", "unclear"];

/**
 * @param {import("./nodes.js").Words} words
 * @param {(vote: {helpful: boolean, reasons?: string[], comment?: string}) => Promise<boolean>} send  true: it is stored
 * @param {(text: string) => void} say @param {Node | null} person  the way to one, after a "no"
 * @returns {HTMLElement}
 */
export function feedbackView(words, send, say, person) {
  const outcome = node("p", { class: "soft", tabindex: "-1" });
  const yes = node("button", { type: "button", class: "quiet", "aria-pressed": "false" }, words.yes);
  const no = node("button", { type: "button", class: "quiet", "aria-pressed": "false" }, words.no);
  const question = node("div", { role: "group", "aria-labelledby": "helpful", class: "row" }, node("span", { id: "helpful" }, words.helpful), node("span", {}, yes, " ", no));
  const details = node("form", { hidden: true }, ...reasons(words),
    node("label", {}, words.comment, node("textarea", { name: "comment", rows: 2, maxlength: 1000 })),
    node("p", { class: "soft" }, words.commentHint),
    node("button", {}, words.send));

  async function vote(/** @type {boolean} */ helpful, more = {}) {
    const isStored = await send({ helpful, ...more });
    yes.setAttribute("aria-pressed", String(isStored && helpful));
    no.setAttribute("aria-pressed", String(isStored && !helpful));
    if (person) outcome.after(person);
    /** @type {any} */ (person ?? {}).hidden = helpful;
    details.hidden = helpful || (isStored && "reasons" in more);
    outcome.textContent = isStored ? (details.hidden ? words.thanks : "") : words.unsent;
    say(outcome.textContent || words.why);
    return isStored;
  }
  yes.onclick = () => vote(true);
  no.onclick = () => vote(false);
  details.onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const isStored = await vote(false, { reasons: chosen(details), comment: details.elements.comment.value });
    if (isStored) outcome.focus();
  };
  return node("div", { class: "feedback", part: "feedback" }, question, details, outcome);
}

/** @returns {Node[]} */
function reasons(/** @type {import("./nodes.js").Words} */ words) {
  const group = node("fieldset", {}, node("legend", {}, words.why));
  for (const reason of REASONS) {
    group.append(node("label", { class: "choice" }, node("input", { type: "checkbox", name: reason }), words[reason]));
  }
  return [group];
}

/** Without a prototype, as pages exist that give arrays a toJSON of their own. */
function chosen(/** @type {any} */ form) {
  const names = Object.setPrototypeOf([], null);
  for (const reason of REASONS) if (form.elements[reason].checked) names[names.length] = reason;
  return names;
}

// @ts-check
/** The panel of a launcher: beside the page, or over all of it on a phone. */

import { node } from "./nodes.js";

const IS_PHONE = "(max-width: 30em), (max-height: 30em)";

/**
 * @param {import("./kb-widget.js").Box} box @param {import("./words-en.js").Words} words @param {Node} talk
 * @returns {{toggle: () => void, close: () => void}}
 */
export function makePanel({ root, launcher, input, contact }, words, talk) {
  const closer = node("button", { type: "button", class: "close", part: "close", "aria-label": words.close }, "×");
  const dialog = node("dialog", { part: "panel", "aria-labelledby": "title" },
    node("header", {}, node("h2", { id: "title" }, words.help), closer), talk, contact && node("footer", {}, contact));
  root.append(dialog);
  const button = /** @type {HTMLElement} */ (launcher);
  for (const [name, value] of [["role", "button"], ["aria-haspopup", "dialog"], ["aria-expanded", "false"]]) button.setAttribute(name, value);

  const close = () => dialog.close();
  closer.onclick = close;
  dialog.onclose = () => {
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  dialog.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return {
    toggle() {
      if (dialog.open) return close();
      matchMedia(IS_PHONE).matches ? dialog.showModal() : dialog.show();
      button.setAttribute("aria-expanded", "true");
      input.focus();
    },
    close,
  };
}

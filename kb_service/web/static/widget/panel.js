// @ts-check
/** The panel of a launcher: beside the page, or over all of it on a phone. */

import { node } from "./nodes.js";

const IS_PHONE = "(max-width: 30em), (max-height: 30em)";

/**
 * @param {import("./kb-widget.js").Box} box @param {import("./words-en.js").Words} words @param {Node} talk
 * @returns {{open: () => void, close: () => void}}
 */
export function makePanel({ root, launcher, input, contact }, words, talk) {
  const closer = node("button", { type: "button", class: "close", part: "close", "aria-label": words.close }, "×");
  const dialog = node("dialog", { part: "panel", "aria-labelledby": "title" },
    node("header", {}, node("h2", { id: "title" }, words.help), closer), talk, contact && node("footer", {}, contact));
  root.append(dialog);
  const button = /** @type {HTMLElement} */ (launcher);
  for (const [name, value] of [["role", "button"], ["aria-haspopup", "dialog"], ["aria-expanded", "false"]]) button.setAttribute(name, value);

  const close = () => {
    dialog.close();
    button.focus();
  };
  closer.onclick = close;
  dialog.onclose = () => button.setAttribute("aria-expanded", "false");
  dialog.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !event.isComposing) handled(event, close);
  };
  // The launcher is a link until now: as a button it closes too, and takes the space bar.
  button.onclick = (event) => {
    if (dialog.open) handled(event, close);
  };
  button.onkeydown = (event) => {
    if (event.key === " ") handled(event, () => button.click());
  };
  return {
    open() {
      if (!dialog.open) matchMedia(IS_PHONE).matches ? dialog.showModal() : dialog.show();
      button.setAttribute("aria-expanded", "true");
      input.focus();
    },
    close: () => dialog.open && close(),
  };
}

function handled(/** @type {Event} */ event, /** @type {() => void} */ act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

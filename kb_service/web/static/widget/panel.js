// @ts-check
/** The panel of a launcher: beside the page, or over all of it on a phone. */

import { node } from "./nodes.js";

const IS_PHONE = "(max-width: 30em), (max-height: 30em)";

/**
 * @param {import("./kb-widget.js").Box} box @param {import("./nodes.js").Words} words @param {Node} talk @param {Node} footer
 * @param {(isOpen: boolean) => void} turned  told when it opens or closes
 */
export function makePanel({ host, root, launcher, input }, words, talk, footer, turned) {
  const title = node("h2", { id: "title", dir: "auto" }, words.help);
  const closer = node("button", { type: "button", class: "close", part: "close", "aria-label": words.close }, "×");
  const dialog = node("dialog", { part: "panel", "aria-labelledby": "title" }, node("header", {}, title, closer), talk, footer);
  root.append(dialog);
  for (const [name, value] of [["role", "button"], ["aria-haspopup", "dialog"], ["aria-expanded", "false"]]) launcher.setAttribute(name, value);

  // The greeting is over with the first use, by its cross or by Escape.
  const hello = launcher.querySelector("[part=greeting]");
  const close = () => {
    dialog.close();
    turn(false);
    launcher.focus();
  };
  closer.onclick = close;
  const turn = (/** @type {boolean} */ isOpen) => {
    if (launcher.getAttribute("aria-expanded") === String(isOpen)) return;
    launcher.setAttribute("aria-expanded", String(isOpen));
    const icon = launcher.querySelector("b");
    if (icon) icon.textContent = isOpen ? "×" : "?";
    turned(isOpen);
  };
  dialog.onclose = () => turn(false); // by the browser itself, and later than a page may be left
  dialog.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !event.isComposing) handled(event, close);
  };
  // The launcher is a link until now: as a button it closes too, and takes the space bar.
  launcher.onclick = (/** @type {Event} */ event) => handled(event, () => dialog.open ? close() : host.open(event.target));
  launcher.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === " ") handled(event, () => launcher.click());
    if (event.key === "Escape") host.close();
  };
  return {
    dialog,
    title,
    close() {
      hello?.remove();
      if (dialog.open) close();
    },
    /** With `isQuiet` the focus stays where it is: the panel is back on another page. On a phone it would cover that. */
    open(isQuiet = false) {
      const isPhone = matchMedia(IS_PHONE).matches;
      if (isQuiet && isPhone) return;
      // By itself a dialog that opens takes the focus.
      if (isQuiet) dialog.open = true;
      else if (!dialog.open) isPhone ? dialog.showModal() : dialog.show();
      hello?.remove();
      if (!isQuiet) input.focus();
      turn(true);
    },
  };
}

function handled(/** @type {Event} */ event, /** @type {() => void} */ act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

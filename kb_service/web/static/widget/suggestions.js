// @ts-check
/**
 * The list under the box: an editable combobox with manual selection, as the ARIA Authoring Practices describe it.
 * The focus stays in the box; nothing is active until an arrow key says so.
 */

import { marked, node } from "./nodes.js";

export class Suggestions {
  /** @type {HTMLElement[]} */ #options = [];
  #active = -1;
  #input;
  #list;
  #choose;

  /** @param {HTMLInputElement} input @param {string} label @param {(text: string) => void} choose */
  constructor(input, label, choose) {
    this.#input = input;
    this.#choose = choose;
    this.#list = node("ul", { id: "options", class: "options", part: "suggestions", role: "listbox", "aria-label": label, hidden: true });
    input.after(this.#list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "options"], ["aria-expanded", "false"]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.close());
    this.#list.addEventListener("pointerdown", (/** @type {Event} */ event) => event.preventDefault());
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** @param {import("./replies.js").Suggestion[]} suggestions */
  show(suggestions) {
    this.#list.replaceChildren();
    this.#options = [];
    for (const { text, marks } of suggestions) {
      const at = this.#options.length;
      const option = node("li", { id: "option-" + at, role: "option", part: "suggestion", "aria-selected": "false", dir: "auto" }, marked(text, marks));
      option.addEventListener("click", () => this.#choose(text));
      this.#list.append(this.#options[at] = option);
    }
    this.#open(this.#options.length > 0);
  }

  close() {
    this.#open(false);
  }

  #open(/** @type {boolean} */ isOpen) {
    this.#activate(-1);
    this.#list.hidden = !isOpen;
    this.#input.setAttribute("aria-expanded", String(isOpen));
  }

  #activate(/** @type {number} */ at) {
    this.#options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = this.#options[at];
    if (!option) return this.#input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
  }

  #onKey(/** @type {KeyboardEvent} */ event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    const isHandled =
      (key === "ArrowDown" && this.#move(1, event.altKey)) ||
      (key === "ArrowUp" && this.#move(-1, event.altKey)) ||
      (key === "Enter" && this.#accept()) ||
      (key === "Escape" && this.#dismiss());
    if (isHandled) {
      event.preventDefault();
      event.stopPropagation();
    } else if (key === "Tab") {
      this.close();
    } else if (key !== "Shift") {
      // The other keys edit the text.
      this.#activate(-1);
    }
  }

  /** Alt with an arrow opens and closes only. */
  #move(/** @type {number} */ step, /** @type {boolean} */ isAlt) {
    const count = this.#options.length;
    if (!count) return false;
    if (isAlt) this.#open(step > 0);
    else {
      const next = this.#active < 0 && step < 0 ? count - 1 : (this.#active + step + count) % count;
      if (!this.isOpen) this.#open(true);
      this.#activate(next);
    }
    return true;
  }

  #accept() {
    const option = this.isOpen && this.#options[this.#active];
    if (option) option.click();
    return !!option;
  }

  #dismiss() {
    const wasOpen = this.isOpen;
    this.close();
    return wasOpen;
  }
}

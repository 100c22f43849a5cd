// @ts-check
/**
 * The list under a box, for the widget and the pages: an editable combobox with manual selection, as the ARIA Authoring
 * Practices describe it. The focus stays in the box; nothing is active until an arrow key says so. Whatever becomes of
 * suggestions, the form around the box is left alone.
 */

import { fill, node } from "./nodes.js";

/** Of typing, before suggestions are asked for. */
const PAUSE_MS = 150;
/** Without suggestions, after the service failed to give some. */
const QUIET_MS = 30_000;
/** Characters that are worth a suggestion. */
const SHORTEST = 2;

/**
 * @typedef {object} User  of the list
 * @property {Record<string, string>} words
 * @property {(typed: string, signal: AbortSignal) => Promise<any[]>} find
 * @property {(suggestion: any, attributes: object, list: HTMLElement) => HTMLElement} draw  puts an option into the list
 * @property {(text: string) => void} say  to who cannot see the list
 */

export class Suggestions {
  /** @type {HTMLElement[]} */ #options = [];
  #active = -1;
  #input;
  #list;
  #user;
  #asking = new AbortController();
  #quietUntil = 0;

  /** Ids of the list begin with that of the input. @param {HTMLInputElement} input @param {User} user */
  constructor(input, user) {
    const id = input.id + "-options";
    this.#input = input;
    this.#user = user;
    this.#list = node("div", { id, class: "options", part: "suggestions", role: "listbox", "aria-label": user.words.suggested, hidden: true });
    input.after(this.#list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", id], ["aria-expanded", "false"]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.suggest());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.#open(false));
    this.#list.onpointerdown = (/** @type {Event} */ event) => event.preventDefault();
  }

  /** Suggest what completes the text of the box, if that has so many characters. */
  async suggest(shortest = SHORTEST) {
    const { words, find, say } = this.#user;
    const typed = this.#input.value;
    this.#asking.abort();
    const { signal } = this.#asking = new AbortController();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (signal.aborted) return;
    if (typed.trim().length < shortest || Date.now() < this.#quietUntil) return this.#show([]);
    try {
      const found = await find(typed, signal);
      if (signal.aborted) return;
      this.#show(found);
      if (found.length) say(fill(found.length === 1 ? words.suggestion : words.suggestions, { count: found.length }));
    } catch (/** @type {any} */ error) {
      if (signal.aborted) return;
      this.#show([]);
      this.#quietUntil = Date.now() + Math.max(error.waitSeconds * 1000 || 0, QUIET_MS);
    }
  }

  /** Give up, and suggest nothing any more until something is typed. */
  clear() {
    this.#asking.abort();
    this.#show([]);
  }

  #show(/** @type {any[]} */ found) {
    this.#list.replaceChildren();
    this.#options = [];
    for (const each of found) {
      const at = this.#options.length;
      this.#options[at] = this.#user.draw(each, { id: this.#input.id + "-option-" + at, role: "option", part: "suggestion", "aria-selected": "false", dir: "auto" }, this.#list);
    }
    this.#open(found.length > 0);
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
    } else if (key === "ArrowDown") {
      // Without suggestions the arrow asks for some, for an empty box what is often asked.
      this.suggest(0);
    } else if (key === "Tab") {
      this.#open(false);
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
      if (this.#list.hidden) this.#open(true);
      this.#activate(next);
    }
    return true;
  }

  #accept() {
    if (this.#active < 0) return false;
    this.#options[this.#active].click();
    return true;
  }

  #dismiss() {
    if (this.#list.hidden) return false;
    this.#open(false);
    return true;
  }
}

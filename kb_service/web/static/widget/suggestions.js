// @ts-check
/**
 * The list under a box, for the widget and the pages: an editable combobox with manual selection, as the ARIA Authoring
 * Practices describe it. The focus stays in the box; nothing is active until an arrow key says so. Whatever becomes of
 * suggestions, the form around the box is left alone.
 */

import { fill, marked, node } from "./nodes.js";

/** Of typing, before suggestions are asked for. */
const PAUSE_MS = 150;
/** Without suggestions, after the service failed to give some. */
const QUIET_MS = 30_000;
/** What is worth a suggestion. */
const SHORTEST_CHARACTERS = 2;

/** @typedef {{text: string, marks: number[][], url?: string, kind?: string, detail?: string, group?: string}} Suggestion  with a `url` it is a link */
/** @typedef {{suggested: string, suggestion: string, suggestions: string}} Words */

export class Suggestions {
  /** @type {HTMLElement[]} */ #options = [];
  #active = -1;
  #input;
  #list;
  #words;
  #ids;
  #find;
  #choose;
  #say;
  #asking = new AbortController();
  #quietUntil = 0;

  /**
   * @param {HTMLInputElement} input @param {Words} words @param {string} ids  what ids of its elements begin with
   * @param {(typed: string, signal: AbortSignal) => Promise<Suggestion[]>} find
   * @param {(suggestion: Suggestion) => void} choose  what is no link
   * @param {(text: string) => void} say  to who cannot see the list
   */
  constructor(input, words, ids, find, choose, say) {
    this.#input = input;
    this.#words = words;
    this.#ids = ids;
    this.#find = find;
    this.#choose = choose;
    this.#say = say;
    this.#list = node("div", { id: ids + "options", class: "options", part: "suggestions", role: "listbox", "aria-label": words.suggested, hidden: true });
    input.after(this.#list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", ids + "options"], ["aria-expanded", "false"]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.suggest());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.close());
    this.#list.addEventListener("pointerdown", (/** @type {Event} */ event) => event.preventDefault());
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** Suggest what completes the text of the box, if that has so many characters. */
  async suggest(shortest = SHORTEST_CHARACTERS) {
    const typed = this.#input.value;
    this.stop();
    const { signal } = this.#asking = new AbortController();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (signal.aborted) return;
    if (typed.trim().length < shortest || Date.now() < this.#quietUntil) return this.#show([]);
    try {
      const found = await this.#find(typed, signal);
      if (signal.aborted) return;
      this.#show(found);
      const count = found.length;
      if (count) this.#say(fill(count === 1 ? this.#words.suggestion : this.#words.suggestions, { count }));
    } catch (/** @type {any} */ error) {
      if (signal.aborted) return;
      this.#show([]);
      this.#quietUntil = Date.now() + Math.max(error.waitSeconds * 1000 || 0, QUIET_MS);
    }
  }

  /** Give up what is being looked for. */
  stop() {
    this.#asking.abort();
  }

  /** Give up, and suggest nothing any more until something is typed. */
  clear() {
    this.stop();
    this.#show([]);
  }

  close() {
    this.#open(false);
  }

  #show(/** @type {Suggestion[]} */ suggestions) {
    const { length } = suggestions;
    this.#list.replaceChildren();
    this.#options = [];
    let into = this.#list, last = "";
    for (let at = 0; at < length; at++) {
      const { text, marks, url = null, kind = null, detail, group = "" } = suggestions[at];
      const option = node(url ? "a" : "div", { id: this.#ids + "option-" + at, class: kind, href: url, tabindex: url && "-1", role: "option", part: "suggestion", "aria-selected": "false", dir: "auto" },
        node("span", {}, marked(text, marks)), detail && node("small", {}, detail));
      if (!url) option.addEventListener("click", () => this.#choose(suggestions[at]));
      if (group !== last) {
        const id = this.#ids + "group-" + at;
        into = group ? node("div", { role: "group", "aria-labelledby": id }, node("div", { id, class: "group", role: "presentation", dir: "auto" }, group)) : this.#list;
        if (group) this.#list.append(into);
        last = group;
      }
      into.append(this.#options[at] = option);
    }
    this.#open(length > 0);
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

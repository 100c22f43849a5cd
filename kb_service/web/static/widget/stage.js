// @ts-check
/** The place where answers, articles and forms stand, one at a time; from what is entered a button leads back. */

import { node } from "./nodes.js";

/** @typedef {{state: string, kept: DocumentFragment, focused: any, top: number, before: Before | null}} Before */

export class Stage {
  element = node("div", { class: "results", part: "results", role: "region", tabindex: "-1", hidden: true });
  status = node("p", { role: "status", class: "unseen" });
  state = "idle";
  /** Whether the focus stays where it is: what is shown was there on the page before. */
  isQuiet = false;
  /** Told of each new state. */
  changed = (/** @type {string} */ state) => {};
  /** @type {Before | null} */ #before = null;
  #words;

  constructor(/** @type {import("./nodes.js").Words} */ words) {
    this.#words = words;
    this.element.setAttribute("aria-label", words.results);
  }

  /** Show this in place of everything, and say `text`. */
  show(/** @type {string} */ state, /** @type {string} */ text, /** @type {Node[]} */ ...nodes) {
    const hadFocus = this.element.matches(":focus-within");
    this.#before = null;
    this.#put(state, nodes);
    if (hadFocus) this.element.focus();
    this.say(text);
  }

  /** Show this in front of what is there; what was on its way there is replaced. */
  enter(/** @type {string} */ state, /** @type {string} */ text, /** @type {Node[]} */ ...nodes) {
    const { element } = this;
    if (this.state !== "loading" && !/^(offline|slow|limited|error)$/.test(this.state)) {
      const kept = document.createDocumentFragment();
      const top = element.parentNode?.scrollTop ?? 0, focused = element.getRootNode().activeElement;
      while (element.firstChild) kept.append(element.firstChild);
      this.#before = { state: this.state, kept, focused, top, before: this.#before };
    }
    const back = node("button", { type: "button", class: "back", part: "back" }, this.#words.back);
    back.onclick = () => this.back();
    this.#put(state, [back, ...nodes]);
    if (this.isQuiet) return;
    this.goTo("", element.querySelector("h2") ?? element);
    element.scrollIntoView({ block: "start" });
    this.say(text);
  }

  /** Go back to what was there before. */
  back() {
    const { state, kept, focused, top, before } = this.#before ?? { state: "idle", kept: "", focused: null, top: 0, before: null };
    this.#before = before;
    this.#put(state, [kept]);
    if (this.element.parentNode) this.element.parentNode.scrollTop = top;
    (focused?.isConnected ? focused : this.element.getRootNode().querySelector("#q")).focus();
  }

  /** Bring a place of what is shown into view, or what is given, and the focus to it. */
  goTo(/** @type {string} */ id, target = this.element.querySelector("#" + CSS.escape(id))) {
    // The beginning is where one is anyway.
    if (this.isQuiet || !target || target === target.parentNode.firstElementChild && id) return;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  }

  say(/** @type {string} */ text) {
    // The same words again would not be spoken: a space that nobody sees makes them new.
    this.status.textContent = text && text === this.status.textContent ? text + "\u00a0" : text;
  }

  #put(/** @type {string} */ state, /** @type {any[]} */ nodes) {
    const { element } = this;
    this.state = state;
    element.part.value = "results " + state;
    element.setAttribute("aria-busy", String(state === "loading"));
    element.hidden = state === "idle";
    element.replaceChildren(...nodes);
    this.changed(state);
  }
}

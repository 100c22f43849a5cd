// @ts-check
/** The seat card of an answer over time: the live count that comes later, and numbers that somebody corrects. */

import { node } from "./nodes.js";
import { readCard } from "./replies.js";
import { request } from "./requests.js";
import { replaceCard, seatsView } from "./seats-view.js";

export class Seats {
  /** @type {any} */ #card = null;
  #counting = new AbortController();
  #words;
  #address;
  #say;

  /**
   * @param {import("./nodes.js").Words} words @param {() => string} address  of the seats of the question
   * @param {(text: string) => void} say
   */
  constructor(words, address, say) {
    this.#words = words;
    this.#address = address;
    this.#say = say;
  }

  /** Make the card of an answer. @returns {HTMLElement | null} */
  show(/** @type {import("./replies.js").Card | null} */ card) {
    return this.#card = card && this.#made(card);
  }

  stop() {
    this.#counting.abort();
  }

  /** Show it again: with the live count that was pending, or with numbers that somebody corrected. */
  async count(/** @type {Record<string, string> | null} */ corrected = null) {
    this.stop();
    const { signal } = this.#counting = new AbortController();
    const url = new URL(this.#address());
    url.searchParams.delete("wait");
    for (const name of Object.keys(corrected ?? {})) url.searchParams.set(name, corrected?.[name] ?? "");
    const old = this.#card;
    try {
      const card = readCard(await request(url.href, signal));
      if (signal.aborted || !card) return;
      const made = this.#made(card);
      if (corrected) old.replaceWith(made);
      this.#card = corrected ? made : replaceCard(old, made);
      if (corrected) made.focus();
      this.#say(card.note || card.sentences[0] || "");
    } catch {
      if (signal.aborted) return;
      const failed = this.#words.error + ". " + this.#words.errorHint;
      const note = old.querySelector(".note") ?? node("p", { class: "note" });
      note.textContent = failed;
      old.append(note);
      this.#say(failed);
    }
  }

  /** The numbers that are known, in words. */
  said() {
    let said = "";
    for (const { children: [label, value] } of this.#card?.querySelectorAll("dl > div") ?? []) {
      const number = value.firstChild.data;
      if (/^\d/.test(number)) said += (said && ", ") + label.textContent + ": " + number;
    }
    return said;
  }

  #made(/** @type {import("./replies.js").Card} */ card) {
    return seatsView(card, this.#words, (numbers) => this.count(numbers));
  }
}

/** The fields of a box that asks for seats. @returns {HTMLElement} */
export function seatFields(/** @type {string | null} */ domain, /** @type {import("./nodes.js").Words} */ words) {
  const field = (/** @type {string} */ label, /** @type {object} */ attributes) => node("label", {}, label, node("input", attributes));
  return node("div", { class: "field extras" },
    field(words.helpdesk, { name: "domain", value: domain, maxlength: 253, autocapitalize: "none", spellcheck: "false", placeholder: "acme.kayako.com" }),
    field(words.seats, { name: "seats", inputmode: "numeric", pattern: "[0-9]*", maxlength: 7 }));
}

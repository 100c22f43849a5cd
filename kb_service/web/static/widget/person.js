// @ts-check
/** The way to a person: a page that the host or the service names, or a form in the widget. */

import { addSeatWords, loadFurther } from "./loading.js";
import { fill, node } from "./nodes.js";
import { address } from "./replies.js";
import { request } from "./requests.js";

export class Person {
  question = "";
  /** Titles of the articles that were read, by address. */
  read = Object.create(null);
  footer = node("footer", { hidden: true });
  #box;
  #words;
  #stage;
  writes = false;
  /** @type {string} */ #url;

  /** @param {import("./kb-widget.js").Box} box @param {import("./nodes.js").Words} words @param {import("./stage.js").Stage} stage */
  constructor(box, words, stage) {
    this.#box = box;
    this.#words = words;
    this.#stage = stage;
    this.#url = box.given("contact-url") ?? "";
    if (box.contact) this.#leads(box.contact);
    this.#offer();
  }

  /** Take what the service says of it; what the page names comes before that. */
  begun(/** @type {import("./replies.js").Beginning} */ { messages, contact }) {
    if (this.#box.given("contact-url") !== null) return;
    this.writes = messages;
    this.#url = contact;
    this.#offer();
  }

  /** A button to a person, where there is one: `offered` is where the service says. */
  way(offered = "") {
    const url = this.#url || offered;
    return url || this.writes ? this.#leads(node("a", { class: "button", part: "contact-button" }, this.#words.contact), url) : null;
  }

  /** Show the form. */
  async write(draft = {}) {
    const { contactView } = await loadFurther(this.#box);
    const { service, host } = this.#box;
    const words = this.#words;
    const { email = "", seats = "" } = host.person ?? {};
    const send = async (/** @type {object} */ sent) => {
      try {
        await request(service + "/api/v1/contact", new AbortController().signal, sent);
        host.emit("kb-sent", {});
        return "";
      } catch (/** @type {any} */ error) {
        if (error.status === 422) return "email";
        const why = error.kind === "limited" ? fill(words.limitedHint, { seconds: error.waitSeconds }) : words.undelivered;
        this.#stage.say(why);
        return why;
      }
    };
    const done = () => {
      this.#stage.back();
      this.#stage.enter("sent", words.sent, node("h2", {}, words.sent), node("p", {}, words.sentHint));
    };
    const given = { question: this.question, email, read: this.read, ...draft }, numbers = /** @type {any} */ (given).seats || seats;
    if (numbers) await addSeatWords(this.#box, words);
    this.#stage.enter("contact", words.write, contactView({ ...given, seats: numbers }, words, send, done));
  }

  #offer() {
    this.footer.hidden = !(this.#url || this.writes);
    const link = this.#box.launcher && (this.#box.contact || node("a", { part: "contact" }, this.#words.contact));
    if (link) this.footer.replaceChildren(this.#leads(link));
  }

  /** Make a link lead to a person, with the question in it; the page may do that in its own way. */
  #leads(/** @type {any} */ link, url = this.#url) {
    const carry = () => {
      const href = new URL(address(url, document.baseURI) || document.baseURI), { value } = this.#box.input;
      if (value.trim()) href.searchParams.set(href.protocol === "mailto:" ? "body" : "question", value.trim());
      // Mail programs show a plus as it stands.
      link.href = href.href.replace(/\+/g, "%20");
    };
    carry();
    for (const name of ["pointerdown", "focusin"]) link.addEventListener(name, carry);
    link.onclick = (/** @type {Event} */ event) => {
      event.stopPropagation();
      const goes = this.#box.host.emit("kb-contact", { question: this.#box.input.value });
      if (goes && !this.writes) return;
      event.preventDefault();
      if (goes) this.#box.host.contact();
    };
    return link;
  }
}

// @ts-check
/** The conversation of a box: suggests while somebody types, answers, and says what is going on. */

import { answerView } from "./answer-view.js";
import { feedbackView } from "./feedback-view.js";
import { fill, node } from "./nodes.js";
import { makePanel } from "./panel.js";
import { address, readAnswer, readCard, readSuggestions } from "./replies.js";
import { Failure, request } from "./requests.js";
import { replaceCard, seatsView } from "./seats-view.js";
import { failureView, loadingView } from "./state-view.js";
import { style } from "./style.js";
import { Suggestions } from "./suggestions.js";

/** Most answers come before: nothing flickers. */
const LOADING_AFTER_MS = 200;

/** @returns {Promise<Conversation>} */
export async function converse(/** @type {import("./kb-widget.js").Box} */ box) {
  const { words } = await import(`./words-${box.lang}.js`);
  return new Conversation(box, { ...words, ...box.words });
}

export class Conversation {
  #box;
  #words;
  #suggestions;
  /** @type {ReturnType<typeof makePanel> | undefined} */
  #panel;
  #results = node("div", { class: "results", part: "results", role: "region", tabindex: "-1", hidden: true });
  #status = node("p", { role: "status", class: "unseen" });
  // What is under way; each is aborted when something newer begins.
  #asking = new AbortController();
  #counting = new AbortController();
  #connected = new AbortController();
  #question = "";
  /** @type {HTMLElement | null} */ #card = null;
  #state = "idle";

  constructor(/** @type {import("./kb-widget.js").Box} */ box, /** @type {import("./words-en.js").Words} */ words) {
    const { host, form, input, root, contact, launcher } = box;
    const shadow = /** @type {ShadowRoot} */ (host.shadowRoot);
    this.#box = box;
    this.#words = words;
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, style];
    this.#results.setAttribute("aria-label", words.results);
    if (box.given("staff-count") !== null) form.append(extras(box.given("staff-count"), words));
    if (launcher) this.#panel = makePanel(box, words, node("div", { class: "talk" }, form, this.#results, this.#status));
    // The form stays where it is: moved, it would lose the focus.
    else form.after(this.#results, this.#status);

    this.#suggestions = new Suggestions(input, /** @type {any} */ (words), "", (typed, signal) => this.#complete(typed, signal), ({ text }) => this.ask(text), (text) => this.#say(text));
    Object.assign(input, { maxLength: 2000, enterKeyHint: "search", autocomplete: "off", placeholder: words.placeholder });
    input.addEventListener("keydown", (event) => this.#onKey(event));
    for (const name of ["pointerdown", "focusin"]) contact?.addEventListener(name, () => this.#carry());
    // Shortcuts of the page see <kb-widget> as what has the focus, not a text field: keep from them what is typed.
    for (const name of ["keydown", "keypress", "keyup"]) root.addEventListener(name, keepTyping);
    this.resume();
    // What was typed while this was loading.
    if (input.value && shadow.activeElement === input) this.#suggestions.suggest();
  }

  /** Go to the box; in a launcher, open the panel, with what is often asked. */
  open() {
    if (!this.#panel) return this.#box.input.focus();
    this.#panel.open();
    if (this.#state === "idle" && !this.#box.input.value) this.#suggestions.suggest(0);
  }

  /** Listen to what is outside of the element, while it is in a page. */
  resume() {
    this.#connected.abort();
    this.#connected = new AbortController();
    const { signal } = this.#connected;
    const shortcut = this.#box.given("shortcut");
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== shortcut) return;
      event.preventDefault();
      this.open();
    }, { signal });
    addEventListener("online", () => this.#state === "offline" && this.ask(this.#question), { signal });
  }

  /** Give up what is under way and listen to nothing. */
  pause() {
    for (const each of [this.#connected, this.#asking, this.#counting]) each.abort();
    this.#suggestions.stop();
    this.#panel?.close();
    if (this.#state === "loading") this.#show("idle", "");
  }

  /** Answer `question`, or clear everything when it is empty. */
  async ask(/** @type {string} */ question) {
    this.#asking.abort();
    this.#counting.abort();
    this.#suggestions.clear();
    this.#question = this.#box.input.value = question.trim();
    if (!this.#question) return this.#show("idle", "");
    const { signal } = this.#asking = new AbortController();
    const timer = setTimeout(() => this.#show("loading", this.#words.loading, ...loadingView(this.#words)), LOADING_AFTER_MS);
    try {
      const answer = readAnswer(await request(this.#address("/api/v1/answer?html=1&via=widget"), signal), this.#box.service);
      if (!signal.aborted) this.#answer(answer);
    } catch (error) {
      if (!signal.aborted) this.#fail(error instanceof Failure ? error : new Failure("error"));
    } finally {
      clearTimeout(timer);
    }
  }

  #answer(/** @type {import("./replies.js").Answer} */ answer) {
    const words = this.#words;
    const { host, service, lang } = this.#box;
    const post = async (/** @type {string} */ path, /** @type {object} */ body) => {
      try {
        await request(service + "/api/v1/" + path, this.#asking.signal, { query_id: answer.queryId, ...body });
        return true;
      } catch {
        return false;
      }
    };
    const send = (/** @type {object} */ vote) => post("feedback", { passage_id: answer.passage?.id, ...vote });
    /** Say that an article of the answer was opened or copied, once each. */
    const tell = (/** @type {any} */ { type, target }) => {
      const event = type === "copy" ? "copied" : "opened";
      const link = type === "copy" ? target.closest("article, li, section")?.querySelector(".row > a, h3 > a, section > a") : target.closest("a");
      const [, path] = /\/articles\/([^#?]+)/.exec(link?.href) ?? [];
      if (!path || link[event]) return;
      link[event] = true;
      post("events", { event, article_id: decodeURIComponent(path) });
    };
    const say = (/** @type {string} */ text) => this.#say(text);
    this.#card = answer.card && seatsView(answer.card, words, (numbers) => this.#count(numbers));
    const votes = answer.record !== "off" && feedbackView(words, send, say);
    const view = answerView(answer, words, lang, votes, this.#contact(answer.contact), this.#card);
    if (answer.record === "on") view.onclick = view.oncopy = tell;
    const state = answer.passage ? "results" : answer.outcome === "possible" ? "possible" : "none";
    this.#show(state, answer.passage ? fill(words.found, { quote: answer.quote }) : words[state], view);
    host.emit("kb-search", { question: this.#question, outcome: answer.outcome });
    if (answer.card?.isPending) this.#count();
  }

  /** Show the seats again: with the live count that was pending, or with numbers that somebody corrected. */
  async #count(/** @type {Record<string, string> | null} */ corrected = null) {
    this.#counting.abort();
    const { signal } = this.#counting = new AbortController();
    const url = new URL(this.#address("/api/v1/seats"));
    url.searchParams.delete("wait");
    for (const name of Object.keys(corrected ?? {})) url.searchParams.set(name, corrected?.[name] ?? "");
    const old = /** @type {HTMLElement} */ (this.#card);
    try {
      const card = readCard(await request(url.href, signal));
      if (signal.aborted || !card) return;
      const made = seatsView(card, this.#words, (numbers) => this.#count(numbers));
      if (corrected) old.replaceWith(made);
      this.#card = corrected ? made : replaceCard(old, made);
      if (corrected) made.focus();
      this.#say(card.note || card.sentences[0]);
    } catch {
      if (signal.aborted) return;
      const failed = this.#words.error + ". " + this.#words.errorHint;
      const note = old.querySelector(".note") ?? node("p", { class: "note" });
      note.textContent = failed;
      old.append(note);
      this.#say(failed);
    }
  }

  #fail(/** @type {Failure} */ failure) {
    const { text, nodes } = failureView(failure, this.#words, this.#address("/search"), () => this.ask(this.#question));
    this.#show(failure.kind, text, ...nodes);
    this.#box.host.emit("kb-error", { kind: failure.kind, question: this.#question });
  }

  /** Without a word, the service suggests what is often asked, or the articles of the topic. */
  async #complete(/** @type {string} */ typed, /** @type {AbortSignal} */ signal) {
    const { service, given } = this.#box;
    const url = new URL(service + "/api/v1/suggest?limit=5");
    url.searchParams.set("q", typed);
    url.searchParams.set("topic", given("topic") ?? "");
    return readSuggestions(await request(url.href, signal));
  }

  /** Escape closes the suggestions first (they see the keys before), then clears; then the panel may close. */
  #onKey(/** @type {KeyboardEvent} */ event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key !== "Escape") return;
    this.#suggestions.stop();
    if (!this.#box.input.value && this.#state === "idle") return;
    event.preventDefault();
    event.stopPropagation();
    this.ask("");
  }

  /** Return the address of what answers the question, with the numbers of the form. */
  #address(/** @type {string} */ path) {
    const { service, form, given, lang } = this.#box;
    const url = new URL(service + path);
    for (const name of ["q", "domain", "seats"]) {
      const value = name === "q" ? this.#question : form.elements[name]?.value.trim();
      if (value) url.searchParams.set(name, value);
    }
    if (lang !== "en") url.searchParams.set("lang", lang);
    // The answer does not wait for a helpdesk: a count that is not known yet is asked for afterwards.
    if (url.searchParams.has("domain") && path.startsWith("/api")) url.searchParams.set("wait", "0");
    if (given("token") && url.searchParams.has("domain")) url.searchParams.set("token", given("token"));
    return url.href;
  }

  /** Put the question into the link to a person. */
  #carry(link = this.#box.contact, url = this.#box.given("contact-url")) {
    const href = new URL(address(url, document.baseURI) || document.baseURI);
    if (this.#box.input.value.trim()) href.searchParams.set(href.protocol === "mailto:" ? "body" : "question", this.#box.input.value.trim());
    // Mail programs show a plus as it stands.
    link.href = href.href.replace(/\+/g, "%20");
  }

  /** A button to a person, in place of an answer: where the page wants it, else where the service does. */
  #contact(/** @type {string} */ offered) {
    const { contact, given, host, input } = this.#box;
    const url = given("contact-url") ?? offered;
    if (!url) return null;
    const button = node("a", { class: "button", part: "contact-button" }, this.#words.contact);
    this.#carry(button, url);
    if (contact) button.onclick = (/** @type {Event} */ event) => host.emit("kb-contact", { question: input.value }) || event.preventDefault();
    return button;
  }

  #show(/** @type {string} */ state, /** @type {string} */ text, /** @type {Node[]} */ ...nodes) {
    const results = this.#results;
    const hadFocus = results.matches(":focus-within");
    this.#state = state;
    results.part.value = "results " + state;
    results.setAttribute("aria-busy", String(state === "loading"));
    results.hidden = !nodes.length;
    results.replaceChildren(...nodes);
    if (hadFocus) results.focus();
    this.#say(text);
  }

  #say(/** @type {string} */ text) {
    // The same words again would not be spoken: a space that nobody sees makes them new.
    this.#status.textContent = text && text === this.#status.textContent ? text + "\u00a0" : text;
  }
}

/** @returns {HTMLElement} */
function extras(/** @type {string | null} */ domain, /** @type {import("./words-en.js").Words} */ words) {
  const field = (/** @type {string} */ label, /** @type {object} */ attributes) => node("label", {}, label, node("input", attributes));
  return node("div", { class: "field extras" },
    field(words.helpdesk, { name: "domain", value: domain, maxlength: 253, autocapitalize: "none", spellcheck: "false", placeholder: "acme.kayako.com" }),
    field(words.seats, { name: "seats", inputmode: "numeric", pattern: "[0-9]*", maxlength: 7 }));
}

function keepTyping(/** @type {KeyboardEvent} */ event) {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}

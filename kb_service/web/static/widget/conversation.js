// @ts-check
/** The conversation of a box: suggests while somebody types, answers, reads, writes to a person, and says what is going on. */

import { asked, beginningOf } from "./addresses.js";
import { answerView } from "./answer-view.js";
import { deedsOn } from "./deeds.js";
import { feedbackView } from "./feedback-view.js";
import { homeView, offersView } from "./home-view.js";
import { keep, recall } from "./memory.js";
import { direction, keepTyping } from "./language.js";
import { fill, marked, node } from "./nodes.js";
import { addSeatWords, loadFurther } from "./loading.js";
import { makePanel } from "./panel.js";
import { Person } from "./person.js";
import { readAnswer, readArticle, readBeginning, readOffers, readSuggestions } from "./replies.js";
import { Failure, request } from "./requests.js";
import { Stage } from "./stage.js";
import { failureView, loadingView } from "./state-view.js";
import { style } from "./style.js";
import { Suggestions } from "./suggestions.js";
import { PLACE } from "./written.js";

/** Most answers come before: nothing flickers. */
const LOADING_AFTER_MS = 200;

/** @returns {Promise<Conversation>} */
export async function converse(/** @type {import("./kb-widget.js").Box} */ box) {
  const words = { ...(await import(`./words-${box.lang}.js`)).words, ...box.words }, domain = box.given("staff-count");
  if (domain !== null) {
    await addSeatWords(box, words);
    box.form.append((await loadFurther(box)).seatFields(domain, words));
  }
  return new Conversation(box, words);
}

export class Conversation {
  #box;
  #words;
  #suggestions;
  #stage;
  #person;
  /** @type {import("./seats.js").Seats | null} */ #seats = null;
  /** @type {ReturnType<typeof makePanel> | undefined} */
  #panel;
  #home = node("div");
  // What is under way; each is aborted when something newer begins.
  #asking = new AbortController();
  #connected = new AbortController();
  #question = "";
  /** @type {import("./replies.js").Beginning | null} */ #begun = null;
  #asked = (/** @type {string} */ path) => asked(path, this.#question, this.#box);

  constructor(/** @type {import("./kb-widget.js").Box} */ box, /** @type {import("./nodes.js").Words} */ words) {
    const { host, form, input, root, launcher, lang } = box;
    const shadow = /** @type {ShadowRoot} */ (host.shadowRoot);
    this.#box = box;
    this.#words = words;
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, style];
    const { element, status } = this.#stage = new Stage(words);
    this.#person = new Person(box, words, this.#stage);
    if (launcher) {
      const talk = node("div", { class: "talk" }, form, this.#home, element, status);
      this.#panel = makePanel(box, words, talk, this.#person.footer, (isOpen) => {
        this.#keep({ open: isOpen });
        host.emit(isOpen ? "kb-open" : "kb-close", {});
      });
      this.#panel.dialog.dir = direction(lang);
    // The form stays where it is: moved, it would lose the focus.
    } else {
      form.after(element, status);
      form.dir = element.dir = direction(lang);
    }
    this.#stage.changed = (state) => this.#home.hidden = state !== "idle";
    element.onclick = (/** @type {MouseEvent} */ event) => this.#onClick(event);

    this.#suggestions = new Suggestions(input, {
      words,
      // Without a word, the service suggests what is often asked, or the articles of the topic.
      find: async (typed, signal) => {
        const url = new URL(box.service + "/api/v1/suggest?limit=5&lang=" + box.lang);
        url.searchParams.set("q", typed);
        url.searchParams.set("topic", box.given("topic") ?? "");
        return readSuggestions(await request(url.href, signal));
      },
      draw: ({ text, marks }, attributes, list) => {
        const option = list.appendChild(node("div", attributes, marked(text, marks)));
        option.onclick = () => this.ask(text);
        return option;
      },
      say: (text) => this.#stage.say(text),
    });
    Object.assign(input, { maxLength: 2000, enterKeyHint: "search", autocomplete: "off", placeholder: words.placeholder });
    input.addEventListener("keydown", (/** @type {any} */ event) => this.#onKey(event));
    // Shortcuts of the page see <kb-widget> as what has the focus, not a text field: keep from them what is typed.
    for (const name of ["keydown", "keypress", "keyup"]) root.addEventListener(name, keepTyping);
    this.resume();
    // What was typed while this was loading.
    if (input.value && shadow.activeElement === input) this.#suggestions.suggest();
    else if (launcher) this.#restore();
  }

  /** Go to the box; in a launcher, open the panel, unless it was the cross of the greeting that was clicked. */
  open(/** @type {any} */ clicked = null) {
    if (clicked?.localName === "i") return this.close();
    if (!this.#panel) return this.#box.input.focus();
    this.#panel.open();
    this.#begin();
  }

  close() {
    this.#keep({});
    this.#panel?.close();
  }

  toggle() {
    this.#panel?.dialog.open ? this.close() : this.open();
  }

  /** Write to a person; what is given stands in the form: {question, email, seats}. */
  contact(draft = {}) {
    this.open();
    return this.#person.write({ question: this.#question, seats: this.#seats?.said(), ...draft });
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
    addEventListener("online", () => this.#stage.state === "offline" && this.ask(this.#question), { signal });
  }

  /** Give up what is under way and listen to nothing. */
  pause() {
    for (const each of [this.#connected, this.#asking]) each.abort();
    this.#suggestions.clear();
    this.#seats?.stop();
    this.#panel?.close();
    if (this.#stage.state === "loading") this.#stage.show("idle", "");
  }

  /** Answer `question`, or clear everything when it is empty. */
  async ask(/** @type {string} */ question) {
    this.#seats?.stop();
    this.#suggestions.clear();
    this.#question = this.#person.question = this.#box.input.value = question.trim();
    this.#keep({ question: this.#question, reply: null, article: null });
    if (!this.#question) {
      this.#asking.abort();
      return this.#stage.show("idle", "");
    }
    if (this.#panel && !this.#panel.dialog.open) this.open();
    this.#box.input.scrollLeft = 0; // a long question is read from its beginning
    await this.#fetch(this.#asked("/api/v1/answer?html=1&via=widget"), () => this.ask(question), async (reply) => {
      const answer = readAnswer(reply, this.#box.service);
      await this.#answer(answer);
      this.#keep({ reply });
      if (answer.state === "person" && this.#person.writes) await this.#person.write();
      this.#box.host.emit("kb-search", { question: this.#question, outcome: answer.outcome });
    });
  }

  /** Read an article here: by its id, or by its address with or without a place in it. */
  async article(/** @type {string} */ name) {
    const { service, host } = this.#box;
    const [id, place] = name.replace(service + "/articles/", "").split("#");
    if (this.#panel && !this.#panel.dialog.open) this.open();
    const reply = `${service}/api/v1/articles/${encodeURI(decodeURI(id ?? ""))}?via=widget`;
    await this.#fetch(reply, () => this.article(name), async (found) => {
      const read = readArticle(found, service), { articleView } = await loadFurther(this.#box);
      this.#person.read[read.url] = read.title;
      this.#stage.enter("article", read.title, articleView(read, this.#words, this.#box.lang));
      if (place) this.#stage.goTo(PLACE + decodeURIComponent(place));
      this.#keep({ article: name, read: this.#person.read });
      host.emit("kb-article", { id: read.id, title: read.title, url: read.url });
    }, true);
  }

  /** Ask the service for what is to be shown, in place of what is there or in front of it, and say how that goes. */
  async #fetch(/** @type {string} */ url, /** @type {() => void} */ again, /** @type {(reply: Record<string, unknown>) => any} */ show, isFurther = false) {
    const words = this.#words, stage = this.#stage;
    const put = (/** @type {string} */ state, /** @type {string} */ text, /** @type {Node[]} */ ...nodes) =>
      isFurther ? stage.enter(state, text, ...nodes) : stage.show(state, text, ...nodes);
    this.#asking.abort();
    const { signal } = this.#asking = new AbortController();
    const timer = setTimeout(() => put("loading", words.loading, ...loadingView(words)), LOADING_AFTER_MS);
    try {
      const reply = await request(url, signal);
      clearTimeout(timer);
      if (!signal.aborted) await show(reply);
    } catch (/** @type {any} */ error) {
      clearTimeout(timer);
      if (signal.aborted) return;
      const failure = error instanceof Failure ? error : new Failure("error");
      const { text, nodes } = failureView(failure, words, this.#asked("/search"), again);
      put(failure.kind, text, ...nodes);
      this.#box.host.emit("kb-error", { kind: failure.kind, question: this.#question });
    }
  }

  async #answer(/** @type {import("./replies.js").Answer} */ answer) {
    const words = this.#words;
    if (answer.card && !this.#seats) {
      await addSeatWords(this.#box, words);
      const { Seats } = await loadFurther(this.#box);
      this.#seats = new Seats(words, () => this.#asked("/api/v1/seats"), (text) => this.#stage.say(text));
    }
    const { service, lang } = this.#box;
    const { vote, tell } = deedsOn(answer, service, () => this.#connected.signal);
    const card = this.#seats?.show(answer.card) ?? null;
    const votes = answer.record !== "off" && feedbackView(words, vote, (text) => this.#stage.say(text), this.#person.way(answer.contact));
    const view = answerView(answer, words, lang, votes, this.#person.way(answer.contact), card);
    if (answer.record === "on") view.onclick = view.oncopy = tell;
    this.#stage.show(answer.state, answer.passage ? fill(words.found, { quote: answer.quote }) : words[answer.state] ?? "", view);
    if (answer.card?.isPending) this.#seats?.count();
  }

  /** Show what to begin with, once it is known. */
  async #begin() {
    if (this.#begun) return;
    const { service } = this.#box;
    try {
      const begun = this.#begun = readBeginning(await request(beginningOf(this.#box), this.#connected.signal), service);
      this.#person.begun(begun);
      if (!this.#panel) return;
      if (begun.title) this.#panel.title.textContent = begun.title;
      this.#home.append(homeView(begun, this.#words, (offer) => this.#choose(offer), (topic) => this.#browse(topic)));
    } catch {
      this.#begun = null;
    }
  }

  #choose(/** @type {import("./replies.js").Offer} */ { text, kind, url }) {
    kind === "title" && url ? this.article(url) : this.ask(text);
  }

  /** List the articles of a topic. */
  #browse(/** @type {{name: string, title: string}} */ { name, title }) {
    const url = new URL(this.#box.service + "/api/v1/suggest?limit=20&lang=" + this.#box.lang);
    url.searchParams.set("topic", name);
    this.#fetch(url.href, () => this.#browse({ name, title }), ({ suggestions }) => {
      const offers = readOffers(suggestions, this.#box.service);
      this.#stage.enter("topic", title, node("h2", { dir: "auto" }, title), offersView(offers, (offer) => this.#choose(offer)));
    }, true);
  }

  /** Be as the page before was left: what was answered is shown again without asking again. */
  async #restore() {
    const { open, question, reply, article, read } = recall();
    if (!question && !article && !open) return;
    Object.assign(this.#person.read, read);
    this.#question = this.#person.question = this.#box.input.value = String(question ?? "");
    try {
      if (reply) await this.#answer(readAnswer(reply, this.#box.service));
    } catch {}
    if (!open) return;
    this.#panel?.open(true);
    this.#begin();
    this.#stage.isQuiet = true;
    if (article) await this.article(String(article));
    this.#stage.isQuiet = false;
  }

  /** A box in a page begins anew with each page, a panel does not. */
  #keep(/** @type {Record<string, any>} */ values) {
    if (this.#panel) keep(values);
  }

  /** Links to articles of the service open here. */
  #onClick(/** @type {MouseEvent} */ event) {
    const link = /** @type {any} */ (event.target).closest("a");
    if (!link || link.target || link.part.length || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.article(link.href);
  }

  /** Escape closes the suggestions first (they see the keys before), then clears; then the panel may close. */
  #onKey(/** @type {KeyboardEvent} */ event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key !== "Escape") return;
    this.#suggestions.clear();
    if (!this.#box.input.value && this.#stage.state === "idle") return;
    event.preventDefault();
    event.stopPropagation();
    this.ask("");
  }
}

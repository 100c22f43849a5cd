// @ts-check
/**
 * <kb-widget> before its first use: the box or the button alone, in 2 kB. conversation.js brings the rest when
 * somebody comes to it. What browsers get is made small when the service starts.
 *
 * @typedef {object} Box  what both halves share
 * @property {KbWidget} host
 * @property {(name: string) => any} given  an attribute of the host
 * @property {string} lang
 * @property {Record<string, string>} words  those of the box, and those that the page replaces
 * @property {string} service  the address of the service, without a slash at its end
 * @property {any} root
 * @property {any} form
 * @property {HTMLInputElement} input
 * @property {any} contact
 * @property {any} launcher
 */

/** @type {Record<string, string>} */
// The words of the box: its label, its button, the launcher, the way to a person. The service adds other languages.
const WORDS = { en: "Ask a question|Search|Help|Contact" };
// The service puts in what the operator wants.
const GREETING = "";
const ICON = "";

const style = new CSSStyleSheet();
// What a page does to every element or inherits into it ends at .kb; only !important here wins over its !important.
style.replaceSync(`
:host(:not([hidden])) { display: block !important }
.kb {
  all: initial; display: block; color-scheme: inherit;
  --accent: var(--kb-accent, light-dark(#3452d1, #9db1ff));
  --fill: var(--kb-accent, light-dark(#3452d1, #9db1ff)); --on-accent: var(--kb-on-accent, light-dark(#fff, #111));
  --surface: var(--kb-surface, Canvas); --text: var(--kb-text, CanvasText); --radius: var(--kb-radius, .75em);
  color: var(--text); font: var(--kb-font, medium/1.5 system-ui, sans-serif);
}
:host([theme]:not([mode])) .kb { background: var(--surface); box-shadow: 0 0 0 .75em var(--surface) }
:host([theme]) .kb { color-scheme: light dark }
:host([theme=light]) .kb { color-scheme: light }
:host([theme=dark]) .kb { color-scheme: dark }
* { box-sizing: border-box }
label { font-weight: 600 }
.field { display: flex; gap: .5em; position: relative; margin: .5em 0 }
input, button, .launcher { font: inherit; padding: .6em 1em; border: 1px solid #888; border-radius: var(--radius) }
input { flex: 1; min-width: 0; color: inherit; background: var(--surface) }
a { color: var(--accent) }
button, .launcher { color: var(--on-accent); background: var(--fill); border-color: var(--fill); font-weight: 600 }
.launcher {
  position: fixed; inset-inline-end: var(--kb-offset, 1.25em); bottom: var(--kb-offset, 1.25em);
  z-index: var(--kb-layer, 999); padding: .9em; border-radius: 9em; text-decoration: none; filter: drop-shadow(0 .2em .5em #0004);
}
.icon { display: block; width: 1.5em; font-size: 1.25em; text-align: center }
.launcher span {
  position: absolute; inset-inline-end: 0; bottom: 5em; width: 13em; padding: .6em 1em;
  background: inherit; border-radius: var(--radius); font-weight: 400;
}
.launcher i { padding: .6em 1em }`);

/**
 * Make an element; children that are false or null are left out.
 * @param {string} tag @param {object} properties @param {...any} children @returns {any}
 */
const make = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  for (const child of children) if (child) made.append(child);
  return made;
};

class KbWidget extends HTMLElement {
  // theme is for the style alone
  static observedAttributes = ["contact-url", "labels", "lang", "mode", "origin", "staff-count"];

  /** @type {any} */ person;
  #shadow = this.attachShadow({ mode: "open" });
  /** @type {any} */ #box;
  /** @type {Promise<import("./conversation.js").Conversation | null> | null} */ #rest = null;

  // What a page can have it do; without the rest, each leads to the help centre.
  static {
    for (const name of ["open", "close", "toggle", "ask", "article", "contact"]) {
      /** @type {any} */ (this.prototype)[name] = async function (/** @type {any[]} */ ...given) {
        const rest = await this.#load();
        return rest ? rest[name](...given) : location.assign(this.#box.form.action);
      };
    }
  }

  connectedCallback() {
    if (!this.#box) this.#build(this.querySelector("input")?.value);
    this.#rest?.then((rest) => rest?.resume());
  }

  disconnectedCallback() {
    this.#rest?.then((rest) => rest?.pause());
  }

  attributeChangedCallback() {
    if (this.#box) this.#build(this.#box.input.value);
  }

  /** Say who the visitor is, for the contact form: {email, seats}. */
  identify(/** @type {object} */ person) {
    this.person = person;
  }

  on(/** @type {string} */ name, /** @type {any} */ act) {
    this.addEventListener("kb-" + name, act);
  }

  off(/** @type {string} */ name, /** @type {any} */ act) {
    this.removeEventListener("kb-" + name, act);
  }

  /** Tell the page; false when it prevents what follows. */
  emit(/** @type {string} */ name, /** @type {object} */ detail) {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }));
  }

  #build(typed = "") {
    this.disconnectedCallback();
    this.#rest = null;
    const given = (/** @type {string} */ name) => /** @type {any} */ (this.getAttribute(name));
    const language = /** @type {any} */ (this.closest("[lang]"))?.lang.slice(0, 2);
    const lang = language in WORDS ? language : "en";
    const [label, search, help, reach] = WORDS[lang].split("|");
    const words = { label, search, help, contact: reach };
    try {
      Object.assign(words, JSON.parse(given("labels")));
    } catch {}
    const service = (given("origin") || import.meta.url).replace(/\/(widget\/v1\/.*)?$/, "");
    let kept;
    try {
      kept = sessionStorage.kbWidget;
    } catch {}
    const input = make("input", { id: "q", name: "q", part: "input", value: typed });
    const form = make("form", { role: "search", action: service + "/search" },
      make("label", { htmlFor: "q", part: "label" }, words.label),
      make("div", { className: "field" }, input, make("button", { part: "button" }, words.search)));
    const contact = given("contact-url") && make("a", { href: given("contact-url"), part: "contact" }, words.contact);
    const hello = !kept && (given("greeting") || GREETING);
    const icon = given("icon") || ICON && service + ICON;
    const launcher = given("mode") === "launcher" && make("a", { href: form.action, className: "launcher", part: "launcher", ariaLabel: words.help, onclick: (/** @type {any} */ event) => this.open(event.target, event.preventDefault()) },
      make(icon ? "img" : "b", { className: "icon", src: icon, alt: "" }, "?"),
      hello && make("span", { part: "greeting" }, hello, make("i", {}, "×")));
    const root = make("div", { className: "kb", lang }, launcher || form, !launcher && contact);
    this.#box = { host: this, given, lang, words, service, root, form, input, contact, launcher };

    form.onsubmit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const rest = await this.#load();
      rest ? rest.ask(input.value) : form.submit();
    };
    root.addEventListener("focusin", () => this.#load());
    root.onclick = (/** @type {Event} */ event) => {
      if (event.target === contact && !this.emit("kb-contact", { question: input.value })) event.preventDefault();
    };
    this.#shadow.adoptedStyleSheets = [style];
    this.#shadow.replaceChildren(root);
    if (given("shortcut") || given("staff-count") !== null || launcher && kept?.[2]) this.#load();
  }

  #load() {
    const box = this.#box;
    return this.#rest ??= Promise.race([
      import("./conversation.js"),
      // Then the form and the button lead to the help centre by themselves.
      new Promise((_, reject) => setTimeout(reject, 4000)),
    ]).then(({ converse }) => converse(box)).catch(() => this.#rest = null);
  }
}

// A browser before 2024, and a page that loads this twice, keep what they have: the plain form works.
if (CSS.supports("color", "light-dark(red, red)") && !customElements.get("kb-widget")) {
  customElements.define("kb-widget", KbWidget);
  // The script's tag may be all there is: kb-widget.js?mode=launcher&lang=de puts the element into the page itself.
  const given = new URL(import.meta.url).searchParams, made = make("kb-widget", {});
  for (const [name, value] of given) made.setAttribute(name, value);
  if (given.has("mode")) document.body.append(made);
}

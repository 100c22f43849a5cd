// @ts-check
/** The look of everything that appears on use. */

export const style = new CSSStyleSheet();
style.replaceSync(`
.kb { --soft: color-mix(in srgb, var(--text) 68%, var(--surface)); --line: color-mix(in srgb, var(--text) 16%, var(--surface)); overflow-wrap: anywhere }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
[hidden] { display: none !important }
button, .launcher, .choice { cursor: pointer }
button:hover, .launcher:hover { filter: brightness(1.1) }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.extras { flex-wrap: wrap; align-items: end }
.extras label { flex: 1 9em; font-size: .9em }
.extras input { width: 100%; margin-top: .25em; font-weight: 400 }
.options {
  position: absolute; inset: calc(100% + .3em) 0 auto; z-index: 1; margin: 0; padding: .35em; background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius); box-shadow: 0 .6em 2em #0003;
}
.options div { padding: .5em .7em; border-radius: calc(var(--radius) - .3em); cursor: pointer; border: 1px solid transparent }
.options [aria-selected=true] { background: var(--fill); color: var(--on-accent); border-color: transparent }
.options mark { color: inherit; background: none; font-weight: 700 }
.results { margin-block: 1.25em 1em; outline-offset: .4em }
.kb:has(.button) :is(footer, [part=contact]), .kb:has(.write) footer { display: none }
h2, h3, p, ol, ul, dl, dd, blockquote, fieldset, legend { margin: 0; padding: 0; border: 0; list-style: none }
h2 { font-size: 1.1em; line-height: 1.3 }
h3 { font-size: 1em }
p, article, section, blockquote, .feedback, fieldset { margin-bottom: 1em }
.soft { color: var(--soft); font-size: .9em }
.stale { color: light-dark(#8a4b00, #ffbd73) }
.row { display: flex; flex-wrap: wrap; gap: .35em 1em; align-items: center; justify-content: space-between }
blockquote { padding-inline-start: 1em; border-inline-start: 3px solid var(--line); margin-block: .5em 1em }
mark { background: var(--kb-mark, color-mix(in srgb, var(--accent) 20%, var(--surface))); color: var(--kb-mark-text, inherit); border-radius: .15em }
[part=passage] { border-color: var(--accent) }
[part=passage] > :last-child { margin-bottom: 0 }
.prose :is(ul, ol, dd) { padding-inline-start: 1.4em; margin-bottom: 1em }
.prose ul { list-style: disc }
.prose ol { list-style: decimal }
.prose li > * { margin-bottom: .35em }
.prose dt, summary { font-weight: 600 }
details, pre, table { margin: 0 0 1em }
pre, code, kbd { font: .9em ui-monospace, monospace; background: color-mix(in srgb, var(--text) 7%, var(--surface)); border-radius: .3em; padding: .1em .3em }
pre { white-space: pre-wrap; padding: .6em .8em }
pre code { background: none; padding: 0; font-size: 1em }
table { display: block; overflow-x: auto; overflow-wrap: normal; border-collapse: collapse; font-size: .95em }
td, th { vertical-align: top; padding: .35em 1em .35em 0; border-bottom: 1px solid var(--line) }
td:not([align]), th:not([align]) { text-align: start }
img { max-width: 100%; height: auto }
.feedback { border-block: 1px solid var(--line); padding-block: .75em }
.feedback p { margin: .5em 0 }
.feedback p:empty { display: none }
.quiet { color: inherit; background: none; border-color: var(--line); padding: .25em 1em; font-weight: 400 }
[aria-pressed=true] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
.feedback form { margin-top: 1em }
.choice { display: flex; gap: .6em; font-weight: 400; padding-block: .2em }
.choice input { flex: none; width: 1.1em; height: 1.1em; margin: .2em 0; accent-color: var(--accent) }
legend { font-weight: 600 }
textarea { display: block; width: 100%; margin-block: .35em; font: inherit; color: inherit; background: var(--surface); border: 1px solid #888; border-radius: var(--radius); padding: .6em }
.button + *, section:has(> .more) { margin-top: 1.25em }
.excerpt mark { background: color-mix(in srgb, var(--accent) 9%, var(--surface)) }
.more li { border-top: 1px solid var(--line); padding-block: .75em }
.excerpt { white-space: pre-line; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; font-size: .95em; margin-block: .25em }
.links { line-height: 2 }
.button { display: inline-block; padding: .5em 1.1em; border-radius: var(--radius); color: var(--on-accent); background: var(--fill); font-weight: 600; text-decoration: none }
.reserved { min-height: 19em }
summary { cursor: pointer; color: var(--accent); padding-block: .25em }
[aria-invalid=true] { border-color: currentcolor }
.bones { height: .9em; margin-bottom: .7em; border-radius: var(--radius); background: var(--line); animation: bones 1.2s infinite alternate }
@keyframes bones { to { opacity: .4 } }
@media (forced-colors: active) { .options [aria-selected=true] { forced-color-adjust: none; color: HighlightText; background: Highlight } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important } }
.offer {
  display: flex; justify-content: space-between; gap: .5em; width: 100%; padding: .7em 0; color: inherit; background: none; border: 0;
  border-radius: 0; font-weight: 400; text-align: start; text-decoration: none; cursor: pointer;
}
.offer::after { content: ""; flex: none; width: .5em; height: .5em; margin: .45em .25em; border: solid var(--soft); border-width: 1.5px 1.5px 0 0; transform: rotate(45deg) }
.offer:dir(rtl)::after { transform: rotate(-135deg) }
.offer:hover { color: var(--accent); filter: none }
.rows li + li { border-top: 1px solid var(--line) }
.home h2, .write legend { font-size: .85em; color: var(--soft); font-weight: 600 }
.chips { display: flex; flex-wrap: wrap; gap: .5em; margin-top: .6em }
.chips .quiet { border-radius: 9em; font-size: .95em }
.back { padding: .25em 0; margin: -.5em 0 .5em; color: var(--accent); background: none; border: 0; font-weight: 400 }
.back::before { content: "‹" / ""; margin-inline-end: .4em }
.back:dir(rtl)::before { content: "›" / "" }
:disabled { opacity: .6 }
h2:focus, .prose :focus { outline: 0 }
dialog {
  position: fixed; inset: auto; inset-inline-end: var(--kb-offset, 1.25em); bottom: calc(var(--kb-offset, 1.25em) + 4.5em); z-index: var(--kb-layer, 999);
  flex-direction: column; width: 25em; max-width: calc(100vw - 2.5em); height: min(42em, 100dvh - 7.5em); margin: 0; padding: 0; color: inherit;
  background: var(--surface); border: 1px solid var(--line); border-radius: calc(var(--radius) * 1.3); box-shadow: 0 1em 3em #0004; overflow: clip;
}
dialog[open] { display: flex; animation: rise .2s }
@keyframes rise { from { opacity: 0 } }
dialog:modal { inset: 0; width: 100%; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0 }
header { display: flex; justify-content: space-between; align-items: center; gap: 1em; padding: 1em .75em 1em 1.25em; padding-inline: 1.25em .75em; color: var(--on-accent); background: var(--fill) }
header h2 { font-size: 1.2em }
header :focus-visible { outline-color: currentcolor }
.close { flex: none; padding: 0; width: 2.2em; height: 2.2em; font-size: 1.2em; line-height: 1; color: inherit; background: none; border-color: transparent; font-weight: 400 }
.talk { padding: 1.25em; overflow: auto; overscroll-behavior: contain; flex: 1; min-height: 0 }
.talk > form { margin-bottom: 1.25em }
.talk:has(.options:not([hidden])) { min-height: 22em }
footer { padding: .75em 1.25em; border-top: 1px solid var(--line); text-align: center }
footer a { display: block; padding: .4em; border: 1px solid var(--line); border-radius: var(--radius); font-weight: 600; text-decoration: none }
input { unicode-bidi: plaintext }
`);

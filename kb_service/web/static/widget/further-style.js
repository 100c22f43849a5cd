// @ts-check
/** The look of what only some visits need. */

export const furtherStyle = new CSSStyleSheet();
furtherStyle.replaceSync(`
.card > :last-child { margin: 0 }
.button + div > .card { margin-top: 1em }
.card { border: 1px solid var(--line); border-radius: var(--radius); padding: 1em }
.card dl { display: grid; grid-template-columns: 1fr 1fr; gap: .75em; margin-block: .5em }
.card dt { color: var(--soft); font-size: .9em }
.card dd { font-size: 1.6em; font-weight: 600 }
.card dd .soft { display: block; font-size: .55em; font-weight: 400 }
.correct { display: grid; grid-template-columns: 1fr 1fr; gap: .75em; margin-top: .25em }
.correct label { font-size: .9em }
.correct input { width: 100%; padding: .4em .6em; margin-top: .25em; font-weight: 400 }
.correct span { display: block; font-weight: 400; font-size: .9em; margin-top: .4em }
.correct button { grid-column: 1 / -1; justify-self: start }
.write { display: grid; gap: 1em }
.write > * { margin: 0 }
.write legend { margin-bottom: .35em }
.write label > :is(input, textarea) { display: block; width: 100%; margin-top: .35em; font-weight: 400 }
.write label:not(.choice) > span { display: block; font-weight: 400; margin-top: .35em }
.write .choice > input { width: 1.1em; margin: .2em 0 }
.write > :empty { display: none }
.prose [tabindex]:focus { background: color-mix(in srgb, var(--accent) 15%, var(--surface)) }
.prose :is(h3, h4, h5, h6) { margin-block: 1.2em .4em }
.prose blockquote { margin-inline: 0 }
[part=article] > h2 { font-size: 1.35em; margin-bottom: .5em }
`);

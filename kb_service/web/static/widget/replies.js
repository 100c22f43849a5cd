// @ts-check
/** Reads what the service sent into values of known form: whatever comes, it is shown as text or not at all. */

import { Failure } from "./requests.js";

/** @typedef {{text: string, marks: number[][]}} Suggestion */
/** @typedef {{id: string, title: string, path: string, url: string, text: string, html: string, service: string, marks: number[][], checked: Date | null, stale: boolean}} Passage */
/** @typedef {{title: string, url: string, service: string}} Article */
/** @typedef {{text: string, kind: string, url: string}} Offer  an article, or a question to ask */
/** @typedef {{title: string, suggested: Offer[], questions: Offer[], topics: {name: string, title: string}[], messages: boolean, contact: string}} Beginning */
/** @typedef {{id: string, title: string, lang: string, url: string, html: string, service: string, checked: Date | null, stale: boolean, related: Article[]}} Reading */
/** @typedef {{name: string, value: number | null, origin: string, typed: string, live: number | null}} Figure  `typed` stands in the field that corrects it */
/** @typedef {{state: string, figures: Figure[], sentences: string[], conflicts: string[], asks: boolean, note: string, url: string, isPending: boolean}} Card */
/** @typedef {{question: string, quote: string, title: string, url: string, service: string}} Part  of a message that asks several things */
/** @typedef {{queryId: string, outcome: string, state: string, passage: Passage | null, quote: string, parts: Part[], ask: string, languages: string[], others: Passage[], corrections: string[], card: Card | null, related: Article[], contact: string, record: string}} Answer  `record` is what is kept of it: on, votes or off */

const text = (/** @type {any} */ value) => typeof value === "string" ? value : "";
const list = (/** @type {any} */ value) => Array.isArray(value) ? value : [];
const number = (/** @type {any} */ value) => Number.isFinite(value) ? value : null;
const record = (/** @type {any} */ value) => value !== null && typeof value === "object" ? value : {};

/** What is shown where nothing is claimed to answer, by outcome. */
const STATES = new Map([["possible", "possible"], ["wants_person", "person"]]);

/** Return an address that is safe to link to, or "". */
export function address(/** @type {any} */ value, /** @type {string} */ base) {
  try {
    const url = new URL(text(value), base);
    return /^(https?|mailto|tel):$/.test(url.protocol) && text(value) ? url.href : "";
  } catch {
    return "";
  }
}

/** @returns {Suggestion[]} */
export function readSuggestions(/** @type {any} */ reply) {
  const found = [];
  for (const each of list(reply.suggestions)) {
    const { text: title, marks } = record(each);
    if (text(title)) found[found.length] = { text: title, marks: ranges(marks) };
  }
  return found;
}

/** @returns {Answer} */
export function readAnswer(/** @type {any} */ reply, /** @type {string} */ service) {
  const quote = record(reply.answer);
  const others = [];
  let passage = null;
  for (const each of list(reply.passages)) {
    const read = readPassage(record(each), service);
    if (!passage && quote.passage_id === read.id) passage = { ...read, marks: ranges([[quote.start, quote.end]]) };
    else others[others.length] = read;
  }
  const parts = [];
  for (const each of list(reply.answers)) {
    const { question, answer, title, url } = record(each), said = record(answer);
    if (said.passage_id !== quote.passage_id || said.start !== quote.start) {
      parts[parts.length] = { question: text(question), quote: text(said.text), title: text(title), url: address(url, service), service };
    }
  }
  if (!text(reply.outcome) || (reply.outcome === "answered" && !passage)) throw new Failure("error");
  return {
    queryId: text(reply.query_id),
    outcome: reply.outcome,
    state: passage ? "results" : STATES.get(reply.outcome) ?? "none",
    passage,
    quote: text(quote.text),
    parts,
    ask: text(reply.ask),
    languages: texts(reply.languages),
    others,
    corrections: texts(reply.corrections, "to"),
    card: readCard(reply),
    related: articles(reply.related, service),
    contact: address(reply.contact_url, service),
    record: text(reply.record),
  };
}

/** @returns {Offer[]} */
export function readOffers(/** @type {any} */ offers, /** @type {string} */ service) {
  const found = [];
  for (const each of list(offers)) {
    const { text: said, kind, url } = record(each);
    if (text(said)) found[found.length] = { text: said, kind: text(kind), url: address(url, service) };
  }
  return found;
}

/** @returns {Beginning} */
export function readBeginning(/** @type {any} */ reply, /** @type {string} */ service) {
  const topics = [];
  for (const each of list(reply.topics)) {
    const { name, title } = record(each);
    if (text(name) && text(title)) topics[topics.length] = { name, title };
  }
  return {
    title: text(reply.title),
    suggested: readOffers(reply.suggested, service),
    questions: readOffers(reply.questions, service),
    topics,
    messages: reply.messages === true,
    contact: address(reply.contact_url, service),
  };
}

/** @returns {Reading} */
export function readArticle(/** @type {any} */ reply, /** @type {string} */ service) {
  if (!text(reply.title) || !text(reply.html)) throw new Failure("error");
  return {
    id: text(reply.id),
    title: reply.title,
    lang: text(reply.lang),
    url: address(reply.url, service),
    html: reply.html,
    service,
    ...age(reply),
    related: articles(reply.related, service),
  };
}

/** Return when it was checked, and whether that is too long ago. */
function age(/** @type {any} */ each) {
  const checked = new Date(text(each.verified_at));
  return { checked: Number.isNaN(checked.getTime()) ? null : checked, stale: each.stale === true };
}

/** @returns {Passage} */
function readPassage(/** @type {any} */ each, /** @type {string} */ service) {
  let path = "";
  for (const heading of list(each.heading_path)) path += (path && " › ") + text(heading);
  return {
    id: text(each.id),
    title: text(each.title),
    path,
    url: address(each.url, service),
    text: text(each.text),
    html: text(each.html),
    service,
    marks: ranges(each.highlight ? [[each.highlight.start, each.highlight.end]] : each.marks),
    ...age(each),
  };
}

/**
 * Read the seats and the live count. While the count is pending, what would be said without it may be wrong in a moment.
 * @returns {Card | null}
 */
export function readCard(/** @type {any} */ reply) {
  const seats = record(reply.seats), count = record(reply.staff_count);
  if (!reply.seats && !reply.staff_count) return null;
  const isPending = count.status === "pending";
  const questions = texts(seats.questions);
  const sentences = [];
  for (const each of [...questions, seats.capacity, seats.billing, record(seats.what_if).sentence]) {
    if (text(each) && !isPending) sentences[sentences.length] = each;
  }
  return {
    state: isPending ? "" : text(seats.state),
    figures: [figure("seats", seats.purchased, seats.purchased_number), figure("active", isPending ? null : seats.active, isPending ? null : seats.active_number)],
    sentences,
    conflicts: isPending ? [] : texts(seats.conflicts),
    asks: questions.length > 0 && !isPending,
    note: text(count.note),
    url: isPending || !text(count.note) ? "" : address(count.url, count.url),
    isPending,
  };
}

/** A live count is not offered as an entry, which would freeze it. @returns {Figure} */
function figure(/** @type {string} */ name, /** @type {any} */ value, /** @type {any} */ read) {
  const { value: said, source, origin } = record(read);
  const isLive = /^(live|stale|locked_response)$/.test(source);
  return { name, value: number(value), origin: text(origin), typed: isLive ? "" : String(number(said) ?? ""), live: isLive ? number(said) : null };
}

/** @returns {Article[]} */
function articles(/** @type {any} */ related, /** @type {string} */ service) {
  const found = [];
  for (const each of list(related)) {
    const { title, url } = record(each);
    if (text(title)) found[found.length] = { title, url: address(url, service), service };
  }
  return found;
}

/** Return the texts of a list, or of the field `name` of its records. */
function texts(/** @type {any} */ values, /** @type {string} */ name = "") {
  const found = [];
  for (const each of list(values)) {
    const read = text(name ? record(each)[name] : each);
    if (read) found[found.length] = read;
  }
  return found;
}

/** @returns {number[][]} */
function ranges(/** @type {any} */ marks) {
  const found = [];
  for (const each of list(marks)) {
    if (Number.isInteger(each?.[0]) && Number.isInteger(each?.[1])) found[found.length] = [each[0], each[1]];
  }
  return found;
}

// @ts-check
/** What only some visits need, loaded when they do: articles, the card of seats, the form that reaches a person. */

import { articleView } from "./article-view.js";
import { contactView } from "./contact-view.js";
import { furtherStyle } from "./further-style.js";
import { seatFields, Seats } from "./seats.js";

export const further = { articleView, contactView, furtherStyle, seatFields, Seats };

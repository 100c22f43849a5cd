/** Types of <kb-widget>, for pages written in TypeScript: save this file beside your own, or refer to it by address. */

export interface KbPerson {
  /** Stands in the contact form, for the visitor to see and change. */
  email?: string;
  /** The numbers of seats that your site knows, in words. */
  seats?: string;
}

export interface KbMessage {
  question?: string;
  email?: string;
  seats?: string;
}

export interface KbEvents {
  open: Record<string, never>;
  close: Record<string, never>;
  /** An answer is shown, what may help, or that there is none. */
  search: { question: string; outcome: "answered" | "possible" | "no_answer" | "wants_person" | "empty_question" };
  article: { id: string; title: string; url: string };
  /** Somebody goes to a person; preventDefault() keeps them here. */
  contact: { question: string };
  /** A message was delivered. */
  sent: Record<string, never>;
  /** The service could not be asked. */
  error: { question: string; kind: "offline" | "slow" | "limited" | "error" };
}

export interface KbWidgetElement extends HTMLElement {
  /** Go to the box; in a launcher, open the panel. */
  open(): Promise<void>;
  close(): Promise<void>;
  toggle(): Promise<void>;
  ask(question: string): Promise<void>;
  /** Read an article here: by its id, or by its address. */
  article(id: string): Promise<void>;
  /** Write to a person; what is given stands in the form. */
  contact(message?: KbMessage): Promise<void>;
  /** Say who the visitor is. It stays in this page, and goes to nobody unless the visitor sends the form. */
  identify(person: KbPerson): void;
  on<Name extends keyof KbEvents>(name: Name, act: (event: CustomEvent<KbEvents[Name]>) => void): void;
  off<Name extends keyof KbEvents>(name: Name, act: (event: CustomEvent<KbEvents[Name]>) => void): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "kb-widget": KbWidgetElement;
  }
}

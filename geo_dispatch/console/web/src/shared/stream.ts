/** The server's stream of changes, row by row: comes back by itself, tells each row once, and knows when the link is dead. */

import { type Signal, signal } from "@preact/signals";
import { noteServerTime, serverNow } from "./clock";
import { session, sessionLost, signedIn } from "./session";
import { type Frame, SseParser } from "./sse";

/** A row of the record. */
export interface Row {
  readonly seq: number;
  readonly at: string;
  readonly actor: string | null;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface StoreTold {
  readonly status: "ok" | "starting" | "unavailable";
  readonly since: string;
  readonly detail: string | null;
}

/** `live`: what is shown is what is. `stale`: nothing heard for seconds. `lost`: for so long that it must not be relied on. */
export interface Link {
  readonly state: "connecting" | "live" | "stale" | "lost";
  /** Of which moment what is shown is, milliseconds since 1970 by the server's clock. */
  readonly since: number;
  readonly reason: string | null;
}

export interface Listener {
  readonly onRow: (row: Row) => void;
  readonly onStore: (store: StoreTold) => void;
  /** Everything must be read anew: at the start, when the store was put back to another state, and after a hole in the numbers
   *  (rows of accounts are not told to everybody, so there may be one with nothing lost). */
  readonly onResync: (reason: "start" | "reset" | "gap") => void;
  /** Connected again after a while without. */
  readonly onBack?: () => void;
}

export interface StreamOptions {
  readonly path: string;
  readonly fetch?: typeof fetch;
  /** Milliseconds that never jump. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** Waited for before each connection: until somebody is signed in. */
  readonly ready?: () => Promise<void>;
}

const FIRST_WORD_MS = 8000;
const GRACE_MS = 2000;
const BROKEN_MS = 2000;
const LOST_MS = 15_000;
const BRIEF_MS = 2000;
const RETRY_MS = 200;
const RETRY_MOST_MS = 4000;
const LOOK_MS = 500;

/** How long to wait before the next try: at once after a good connection, then longer and longer; never all desks together. */
export function retryDelay(failures: number, random: number): number {
  return Math.min(RETRY_MS * 2 ** failures, RETRY_MOST_MS) * (0.5 + random / 2);
}

export class ChangeStream {
  readonly link: Signal<Link>;
  readonly #options: Required<StreamOptions>;
  readonly #listener: Listener;
  #last: number | null = null;
  #silence = 10_000;
  #heard: number;
  #heardAt: number;
  #connected = false;
  #failures = 0;
  #reason: string | null = null;
  #abort: AbortController | null = null;
  #hurry: (() => void) | null = null;
  #stopped = false;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(options: StreamOptions, listener: Listener) {
    this.#options = { fetch: (...all) => fetch(...all), now: () => performance.now(), random: Math.random, ready: () => Promise.resolve(), ...options };
    this.#listener = listener;
    this.#heard = this.#options.now();
    this.#heardAt = serverNow();
    this.link = signal<Link>({ state: "connecting", since: this.#heardAt, reason: null });
  }

  start(): void {
    this.#ticker = setInterval(() => this.#look(), LOOK_MS);
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#ticker);
    this.#abort?.abort();
    this.#hurry?.();
  }

  /** Try again now rather than after the wait: the browser is online again, the page is looked at again. */
  retryNow(): void {
    this.#failures = 0;
    this.#hurry?.();
  }

  /** End the connection; the next one waits until it may begin (`ready`). */
  rest(): void {
    this.#abort?.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#options.ready();
      if (this.#stopped) return;
      const began = this.#options.now();
      try {
        await this.#connect();
        this.#reason = "the server ended the connection";
      } catch (fault) {
        // What browsers call a broken connection differs, and helps nobody.
        this.#reason ??= fault instanceof TypeError || !(fault instanceof Error) ? "the server can't be reached" : fault.message;
      }
      this.#connected = false;
      if (this.#stopped) return;
      this.#failures = this.#options.now() - began > BRIEF_MS ? 0 : this.#failures + 1;
      this.#look();
      if (session.value.state === "out") await signedIn();
      else await this.#wait(retryDelay(this.#failures, this.#options.random()));
    }
  }

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#reason = null;
    const began = this.#options.now();
    const watch = setInterval(() => {
      const limit = this.#connected ? this.#silence + GRACE_MS : FIRST_WORD_MS;
      const since = this.#connected ? this.#heard : began;
      if (this.#options.now() - since > limit) {
        this.#reason = "nothing was heard for too long";
        abort.abort();
      }
    }, LOOK_MS);
    try {
      const answer = await this.#options.fetch(this.#options.path, {
        signal: abort.signal,
        cache: "no-store",
        credentials: "same-origin",
        headers: { accept: "text/event-stream", ...(this.#last === null ? {} : { "last-event-id": String(this.#last) }) },
      });
      if (answer.status === 401) sessionLost();
      if (!answer.ok || answer.body === null) throw new Error(refusal(answer.status));
      await this.#read(answer.body);
    } finally {
      clearInterval(watch);
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#stopped) return;
      for (const frame of parser.push(decoder.decode(value, { stream: true }))) this.#take(frame);
      this.#hear();
    }
  }

  #take(frame: Frame): void {
    if (frame.kind === "comment") {
      const [word, moment] = frame.text.split(" ");
      if (word === "heartbeat" && moment) noteServerTime(moment);
      return;
    }
    const data = JSON.parse(frame.data) as Record<string, unknown>;
    if (frame.name === "hello") this.#greeted(data);
    else if (frame.name === "store") this.#listener.onStore(data as unknown as StoreTold);
    else if (frame.name === "reset") {
      this.#last = typeof data["seq"] === "number" ? data["seq"] : null;
      this.#listener.onResync("reset");
    } else if (typeof data["seq"] === "number") this.#row(data as unknown as Row);
  }

  #greeted(data: Record<string, unknown>): void {
    if (typeof data["at"] === "string") noteServerTime(data["at"]);
    if (typeof data["heartbeat_s"] === "number") this.#silence = data["heartbeat_s"] * 1000;
    this.#connected = true;
    this.#hear();
    if (this.#last === null) {
      this.#last = typeof data["seq"] === "number" ? data["seq"] : null;
      this.#listener.onResync("start");
    } else this.#listener.onBack?.();
  }

  #row(row: Row): void {
    if (this.#last !== null && row.seq <= this.#last) return;
    const missed = this.#last !== null && row.seq !== this.#last + 1;
    this.#last = row.seq;
    this.#listener.onRow(row);
    if (missed) this.#listener.onResync("gap");
  }

  #hear(): void {
    this.#heard = this.#options.now();
    this.#heardAt = serverNow();
    if (this.link.value.state !== "live") this.#look();
  }

  /** Judge the link by what was heard last. */
  #look(): void {
    const silent = this.#options.now() - this.#heard;
    const allowed = this.#connected ? this.#silence + GRACE_MS : BROKEN_MS;
    const before = this.link.value;
    const never = before.state === "connecting" && !this.#connected;
    const state = silent > LOST_MS ? "lost" : never ? "connecting" : silent > allowed ? "stale" : "live";
    if (state !== before.state || this.#reason !== before.reason || this.#heardAt !== before.since)
      this.link.value = { state, since: this.#heardAt, reason: state === "live" ? null : this.#reason };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      const self = this;
      function done(): void {
        clearTimeout(timer);
        self.#hurry = null;
        resolve();
      }
      this.#hurry = done;
    });
  }
}

function refusal(status: number): string {
  if (status === 401) return "nobody is signed in";
  if (status === 403) return "your role may not follow changes";
  return `the server answered ${status}`;
}

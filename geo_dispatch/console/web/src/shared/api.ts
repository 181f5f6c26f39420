/** One way to ask the server: JSON in, JSON out, every failure a problem document (RFC 9457). */

import { csrfHeaders, type SessionAnswer, sessionLost, takeSession } from "./session";

/** Why a request failed. `status` 0: no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, kind: string, title: string, detail: string, more: Record<string, unknown> = {}) {
    super(detail || title);
    this.name = "Problem";
    this.status = status;
    this.kind = kind;
    this.title = title;
    this.detail = detail;
    this.more = more;
  }

  /** Whether the server gave no answer: nothing is known of what became of the request. */
  get unanswered(): boolean {
    return this.status === 0;
  }
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest wait, milliseconds. */
  readonly timeoutMs?: number;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const TIMEOUT_MS = 20_000;

/** Ask the server; throws `Problem`, or the reason of an abort. */
export async function request<T>(method: Method, path: string, body?: unknown, options: RequestOptions = {}): Promise<T> {
  try {
    return await ask<T>(method, path, body, options);
  } catch (fault) {
    if (!(fault instanceof Problem && fault.kind === "csrf")) throw fault;
    // Another tab signed in anew, or changed the password: this one has the token of the session before.
    takeSession(await ask<SessionAnswer>("GET", "/v1/session", undefined, options));
    return ask<T>(method, path, body, options);
  }
}

async function ask<T>(method: Method, path: string, body: unknown, options: RequestOptions): Promise<T> {
  const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      signal,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" ? {} : csrfHeaders()),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (fault) {
    if (options.signal?.aborted) throw options.signal.reason ?? fault;
    const waited = limit.aborted;
    throw new Problem(0, "unanswered", "No answer from the server", waited ? "The server took too long: check the link, then try again." : "The server can't be reached: check the link, then try again.");
  }
  if (answer.status === 401 && !path.startsWith("/v1/session")) sessionLost();
  return read<T>(answer);
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  let content: unknown;
  try {
    content = text === "" ? null : JSON.parse(text);
  } catch {
    content = undefined;
  }
  if (answer.ok && content !== undefined) return content as T;
  throw problemOf(answer.status, content);
}

/** Make a `Problem` of what a failed request answered. */
export function problemOf(status: number, content: unknown): Problem {
  if (typeof content !== "object" || content === null)
    return new Problem(status, "unreadable", "An answer that can't be read", `The server answered ${status} with something else than JSON.`);
  const { type, title, detail, ...more } = content as Record<string, unknown>;
  const kind = typeof type === "string" ? (type.split(":").pop() ?? "unknown") : "unknown";
  return new Problem(status, kind, text(title, `Problem ${status}`), text(detail, ""), more);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

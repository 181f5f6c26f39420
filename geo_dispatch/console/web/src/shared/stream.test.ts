import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetServerTime } from "./clock";
import { ChangeStream, type Listener, type Row, retryDelay, type StoreTold } from "./stream";

/** A server with a record of rows, whose connections can be cut. */
class Server {
  readonly asked: (string | null)[] = [];
  head = 0;
  down = false;
  silent = false;
  #cut: (() => void) | null = null;
  #send: ((text: string) => void) | null = null;

  readonly fetch = (async (_path: string, init: RequestInit) => {
    const last = new Headers(init.headers).get("last-event-id");
    this.asked.push(last);
    if (this.down) throw new TypeError("Failed to fetch");
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        let open = true;
        const end = (then: () => void) => {
          if (open) then();
          open = false;
        };
        this.#send = (text) => open && controller.enqueue(encoder.encode(text));
        this.#cut = () => end(() => controller.error(new TypeError("network error")));
        init.signal?.addEventListener("abort", () => end(() => controller.error(new DOMException("aborted", "AbortError"))));
        const seq = last === null ? this.head : Number(last);
        this.#send(`id: ${seq}\nevent: hello\ndata: ${JSON.stringify({ seq, heartbeat_s: 3, at: new Date().toISOString() })}\n\n`);
        for (let missed = seq + 1; missed <= this.head; missed++) this.#send(row(missed));
      },
    });
    return new Response(body, { status: 200 });
  }) as typeof fetch;

  change(): void {
    this.head += 1;
    this.#send?.(row(this.head));
  }

  say(text: string): void {
    this.#send?.(text);
  }

  beat(): void {
    if (!this.silent) this.#send?.(`: heartbeat ${new Date().toISOString()}\n\n`);
  }

  cut(): void {
    this.#cut?.();
    this.#send = null;
  }
}

function row(seq: number): string {
  return `id: ${seq}\nevent: unit.status\ndata: ${JSON.stringify({ seq, action: "unit.status" })}\n\n`;
}

class Heard implements Listener {
  readonly rows: number[] = [];
  readonly resyncs: string[] = [];
  readonly stores: StoreTold[] = [];
  readonly onRow = (told: Row) => void this.rows.push(told.seq);
  readonly onResync = (reason: string) => void this.resyncs.push(reason);
  readonly onStore = (store: StoreTold) => void this.stores.push(store);
}

let server: Server;
let heard: Heard;
let stream: ChangeStream;

beforeEach(() => {
  vi.useFakeTimers();
  forgetServerTime();
  server = new Server();
  server.head = 7;
  heard = new Heard();
  stream = new ChangeStream({ path: "/v1/stream", fetch: server.fetch, random: () => 0.5 }, heard);
});
afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

async function pass(ms: number, beatEvery = 3000): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await vi.advanceTimersByTimeAsync(100);
    if (passed % beatEvery === 0) server.beat();
  }
}

describe("ChangeStream", () => {
  it("asks for everything once, then tells each row", async () => {
    stream.start();
    await pass(500);
    expect(stream.link.value.state).toBe("live");
    server.change();
    server.change();
    await pass(100);
    expect(heard).toMatchObject({ rows: [8, 9], resyncs: ["start"] });
  });

  it("loses nothing and doubles nothing over a link that drops every ten seconds", async () => {
    stream.start();
    const states = new Set<string>();
    for (let turn = 0; turn < 12; turn++) {
      for (let step = 0; step < 10; step++) {
        await pass(1000);
        server.change();
        states.add(stream.link.value.state);
      }
      server.cut();
      server.change();
      await pass(100);
    }
    await pass(1000);
    expect(heard.rows).toEqual(Array.from({ length: 132 }, (_, n) => n + 8));
    expect(heard.resyncs).toEqual(["start"]);
    expect([...states]).toEqual(["live"]);
    expect(server.asked.length).toBe(13);
  });

  it("notices within seconds that nothing comes any more, and connects anew", async () => {
    stream.start();
    await pass(4000);
    server.silent = true;
    server.down = true;
    await pass(4000);
    expect(stream.link.value.state).toBe("live");
    await pass(2000);
    expect(stream.link.value).toMatchObject({ state: "stale" });
    const since = stream.link.value.since;
    await pass(12_000);
    expect(stream.link.value).toMatchObject({ state: "lost", since });
    server.down = false;
    server.silent = false;
    server.change();
    await pass(5000);
    expect(stream.link.value.state).toBe("live");
    expect(heard.rows).toEqual([8]);
    expect(server.asked.at(-1)).toBe("7");
  });

  it("tells of a broken link after two seconds when the server can't be reached", async () => {
    stream.start();
    await pass(1000);
    server.down = true;
    server.cut();
    await pass(1000);
    expect(stream.link.value.state).toBe("live");
    await pass(2000);
    expect(stream.link.value).toMatchObject({ state: "stale", reason: "the server can't be reached" });
  });

  it("tries at once when told to", async () => {
    stream.start();
    await pass(500);
    server.down = true;
    server.cut();
    await pass(14_000);
    const tries = server.asked.length;
    server.down = false;
    stream.retryNow();
    await pass(100);
    expect(server.asked.length).toBe(tries + 1);
    expect(stream.link.value.state).toBe("live");
  });

  it("asks for everything anew after a reset, and after a gap", async () => {
    stream.start();
    await pass(500);
    server.say('id: 3\nevent: reset\ndata: {"seq": 3}\n\n');
    await pass(100);
    expect(heard.resyncs).toEqual(["start", "reset"]);
    server.say(row(4));
    server.say(row(6));
    server.say(row(5));
    await pass(100);
    expect(heard).toMatchObject({ rows: [4, 6], resyncs: ["start", "reset", "gap"] });
  });

  it("does not knock while nobody is signed in", async () => {
    let signIn: (() => void) | undefined;
    const ready = () => new Promise<void>((resolve) => (signIn = resolve));
    stream = new ChangeStream({ path: "/v1/stream", fetch: server.fetch, random: () => 0.5, ready }, heard);
    stream.start();
    await pass(5000);
    expect(server.asked).toEqual([]);
    signIn?.();
    await pass(500);
    expect(stream.link.value.state).toBe("live");
    expect(heard.resyncs).toEqual(["start"]);
  });

  it("rests when told to, and is told what it missed when it goes on", async () => {
    let seen = Promise.resolve();
    let look: (() => void) | undefined;
    stream = new ChangeStream({ path: "/v1/stream", fetch: server.fetch, random: () => 0.5, ready: () => seen }, heard);
    stream.start();
    await pass(500);
    seen = new Promise((resolve) => (look = resolve));
    stream.rest();
    server.change();
    server.change();
    await pass(60_000);
    expect(server.asked.length).toBe(1);
    expect(heard.rows).toEqual([]);
    look?.();
    await pass(500);
    expect(heard).toMatchObject({ rows: [8, 9], resyncs: ["start"] });
  });

  it("says why it is refused", async () => {
    const refused = (async () => new Response("{}", { status: 403 })) as unknown as typeof fetch;
    stream = new ChangeStream({ path: "/v1/stream", fetch: refused, random: () => 0.5 }, heard);
    stream.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(stream.link.value).toMatchObject({ state: "lost", reason: "your role may not follow changes" });
  });
});

describe("retryDelay", () => {
  it("is short at first, grows, and never exceeds four seconds", () => {
    expect(retryDelay(0, 0)).toBe(100);
    expect(retryDelay(0, 1)).toBe(200);
    expect(retryDelay(30, 1)).toBe(4000);
    expect(retryDelay(2, 0.5)).toBeLessThan(retryDelay(3, 0.5));
  });
});

/** Until when, as a person writes it: "2 h", "45 min", "16:00", "2026-07-04 12:00". */

/** The moment meant, ISO 8601 in UTC; null for "" (no end). Times of day are the town's: the next time it is that late. */
export function untilMoment(said: string, nowMs: number, zone: string): string | null {
  const text = said.trim().toLowerCase();
  if (text === "") return null;
  const span = /^\+?(\d+(?:\.\d+)?)\s*(h|hours?|m|min|minutes?|d|days?)$/.exec(text);
  if (span?.[1] && span[2]) {
    const unit = span[2].startsWith("h") ? 3_600_000 : span[2].startsWith("d") ? 86_400_000 : 60_000;
    return new Date(nowMs + Number(span[1]) * unit).toISOString();
  }
  const clock = /^(?:(\d{4})-(\d\d)-(\d\d)[ t])?(\d{1,2}):(\d\d)$/.exec(text);
  if (clock) {
    const [, year, month, day, hour, minute] = clock.map(Number) as [number, number, number, number, number, number];
    if (hour < 24 && minute < 60) {
      const today = partsIn(zone, nowMs);
      const found = momentOf(year || today.year, month || today.month, day || today.day, hour, minute, zone);
      if (clock[1] !== undefined) return new Date(found).toISOString();
      return new Date(found > nowMs ? found : momentOf(today.year, today.month, today.day + 1, hour, minute, zone)).toISOString();
    }
  }
  throw new Error(`"${said.trim()}" is no end: write 2 h, 45 min, 16:00 or 2026-07-04 12:00, or nothing for "until it is ended".`);
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

function partsIn(zone: string, moment: number): Parts {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" });
  const found = Object.fromEntries(format.formatToParts(new Date(moment)).map((part) => [part.type, Number(part.value)]));
  return found as unknown as Parts;
}

/** When the clocks of a zone show that; an hour that is skipped in spring becomes the one after. */
function momentOf(year: number, month: number, day: number, hour: number, minute: number, zone: string): number {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let guess = wanted;
  for (let turn = 0; turn < 3; turn++) {
    const shown = partsIn(zone, guess);
    const off = wanted - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute);
    if (off === 0) break;
    guess += off;
  }
  return guess;
}

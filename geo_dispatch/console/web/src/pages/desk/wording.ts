/** Answers as people read them aloud: sentences, days, opening hours. All times are the town's own, as the server wrote them. */

import { distance, duration } from "../../shared/format";
import type { DeskAnswer, Item, RouteAnswer, Source, Step } from "./types";

const DAYS: Readonly<Record<string, string>> = { Mo: "Mon", Tu: "Tue", We: "Wed", Th: "Thu", Fr: "Fri", Sa: "Sat", Su: "Sun", PH: "holidays" };
const GRADES: Readonly<Record<string, string>> = { A: "official", B: "newspaper or the subject's own page", C: "a copy", D: "weak" };

/** Cut a text into sentences. */
export function sentences(text: string): string[] {
  const parts = new Intl.Segmenter("en", { granularity: "sentence" }).segment(text);
  const found: string[] = [];
  let held = "";
  for (const { segment } of parts) {
    held += segment;
    // "Main St. Turn left", "1. Head north": the number of a step and a short form end no sentence.
    if (/(?:^|\s)(?:\d+|St|Rd|Ave|Dr|Ln|Mt|No)\.\s*$/.test(held)) continue;
    if (held.trim()) found.push(held.trim());
    held = "";
  }
  if (held.trim()) found.push(held.trim());
  return found;
}

/** What an answer says, without the source that is shown beside it and the steps that are shown below. */
export function saidOf(answer: DeskAnswer): string {
  let said = answer.answer.replace(sourceSentence(answer.source), "");
  if (answer.kind === "directions" && isStep(answer.items[0])) said = said.split(/\s1\. /)[0] ?? said;
  return said.replace(/\s{2,}/g, " ").trim();
}

/** The sentence that answers end with; the server words it so. */
export function sourceSentence(source: Source): string {
  const parts = [source.name];
  if (source.date) parts.push(source.date);
  else if (source.url) parts.push("undated");
  if (source.grade) parts.push(`grade ${source.grade}`);
  if (!source.verified) parts.push("unverified");
  return `Source: ${parts.join(", ")}.`;
}

export function gradeWords(grade: string): string {
  const meaning = GRADES[grade];
  return meaning ? `${grade}: ${meaning}` : grade;
}

export function isStep(item: Item | undefined): item is Item & Step {
  return item !== undefined && "instruction" in item && "length_m" in item;
}

/** "7 min", "1 h 05 min": whole minutes, as people tell a way. */
export function minutes(seconds: number): string {
  return duration(Math.max(1, Math.round(seconds / 60)) * 60);
}

/** A route in sentences, first how far and how long. */
export function routeText(route: RouteAnswer, from: string, to: string): string[] {
  const [low, high] = route.travel_time_interval_s;
  const first = `From ${from} to ${to}: ${distance(route.length_m)}, about ${minutes(route.travel_time_s)} by car (${minutes(low)} to ${minutes(high)}).`;
  return [first, ...route.steps.map((step, place) => `${place + 1}. ${step.instruction}`)];
}

/** "Saturday, July 4" of a moment or day as the town's clock shows it. */
export function dayOf(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  if (!year || !month || !day) return iso;
  const at = new Date(Date.UTC(year, month - 1, day));
  return new Intl.DateTimeFormat("en-US", { weekday: "long", month: "long", day: "numeric", year: "numeric", timeZone: "UTC" }).format(at);
}

/** "9:30 am", "noon" of a moment as the town's clock shows it. */
export function clockOf(iso: string): string {
  return clockWords(iso.slice(11, 16));
}

function clockWords(text: string): string {
  const [hour, minute] = text.split(":").map(Number);
  if (hour === undefined || minute === undefined || Number.isNaN(hour) || Number.isNaN(minute)) return text;
  if (minute === 0 && hour % 24 === 0) return "midnight";
  if (minute === 0 && hour === 12) return "noon";
  const minutes = minute === 0 ? "" : `:${String(minute).padStart(2, "0")}`;
  return `${hour % 12 || 12}${minutes} ${hour % 24 < 12 ? "am" : "pm"}`;
}

/** When an event takes place: "Saturday, July 4, 2026, 9 am to noon". */
export function spanOf(event: { readonly starts: string; readonly ends: string; readonly all_day: boolean }): string {
  const first = dayOf(event.starts);
  const last = dayOf(lastMoment(event.ends));
  if (event.all_day) return first === last ? `${first}, all day` : `${first} to ${last}`;
  if (first === last) return `${first}, ${clockOf(event.starts)} to ${clockOf(event.ends)}`;
  return `${first}, ${clockOf(event.starts)}, to ${dayOf(event.ends)}, ${clockOf(event.ends)}`;
}

/** The second before an end, so that an end at midnight belongs to the day before. */
function lastMoment(iso: string): string {
  const at = new Date(`${iso.slice(0, 19)}Z`);
  return Number.isNaN(at.getTime()) ? iso : new Date(at.getTime() - 1000).toISOString();
}

/** Opening hours of OpenStreetMap's grammar with days and times in words; what is not days and times stays as it is. */
export function hoursWords(hours: string): string {
  if (hours.trim() === "24/7") return "always open";
  return hours
    .replace(/"([^"]*)"/g, "($1)")
    .replace(/\|\|/g, "or")
    .replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b/g, (code) => DAYS[code] ?? code)
    .replace(/\boff\b/g, "closed")
    .replace(/\b(\d{1,2}:\d{2})-(\d{1,2}:\d{2})\b/g, (_, opens: string, closes: string) => `${clockWords(opens)} to ${clockWords(closes)}`)
    .replace(/-/g, "–")
    .replace(/,(?=\S)/g, ", ");
}

/** An address that may be followed: http, https; null for anything else. */
export function webAddress(text: unknown): string | null {
  if (typeof text !== "string") return null;
  try {
    const address = new URL(text);
    return address.protocol === "https:" || address.protocol === "http:" ? address.href : null;
  } catch {
    return null;
  }
}

/** What a telephone dials. */
export function dialled(phone: string): string {
  return `tel:${phone.replace(/[^\d+]/g, "")}`;
}

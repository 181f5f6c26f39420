/** What the page shows and asks. It asks only what anybody may: questions, routes, places, services, events. */

import { computed, signal } from "@preact/signals";
import { request } from "../../shared/api";
import { Asker, type Loading, NOTHING } from "../../shared/loading";
import type { LonLat } from "../../shared/map/types";
import { type End, endText, type Language, NO_END, readLink, type Shown, type View, writeLink } from "./link";
import type { DeskAnswer, Doubt, EventsAnswer, RouteAnswer, ServicesAnswer } from "./types";
import { isStep } from "./wording";

/** Characters that a question may have; the server refuses more. */
export const LONGEST = 500;

export const shown = signal<Shown>(readLink(""));
export const answer = signal<Loading<DeskAnswer>>(NOTHING);
export const way = signal<Loading<RouteAnswer>>(NOTHING);
export const events = signal<Loading<EventsAnswer>>(NOTHING);
export const services = signal<Loading<ServicesAnswer>>(NOTHING);

const answering = new Asker(answer);
const routing = new Asker(way);
const listing = new Asker(events);
const looking = new Asker(services);

export function change(part: Partial<Shown>): void {
  shown.value = { ...shown.value, ...part };
}

/** Show what the address asks for; also when the browser goes back. */
export function followLink(): void {
  shown.value = readLink(location.search);
  const { view, question, start, from, to } = shown.value;
  if (view === "ask" && question) void ask(question, start, false);
  else answering.drop();
  if (view !== "way") return;
  void nameEnd("from");
  void nameEnd("to");
  if (from.words && to.words) void findWay(false);
  else routing.drop();
}

function keepLink(push: boolean): void {
  const address = `${location.pathname}${writeLink(shown.value)}`;
  if (push && address !== `${location.pathname}${location.search}`) history.pushState(null, "", address);
}

export function show(view: View): void {
  change({ view });
  keepLink(true);
}

/** Ask the desk; without a start the one kept is used for what is nearest. */
export async function ask(question: string, start = shown.value.start, push = true): Promise<void> {
  const text = question.trim();
  change({ view: "ask", question: text, start });
  if (!text || text.length > LONGEST) return;
  keepLink(push);
  routing.drop();
  const told = start.trim() ? { from: start.trim() } : {};
  const found = await answering.ask((signal) => request<DeskAnswer>("POST", "/v1/desk", { text, ...told }, { signal }));
  if (found) drawWay(found);
}

/** The line of a way that the desk told in words. */
function drawWay(found: DeskAnswer): void {
  const first = found.items[0];
  if (found.kind !== "directions" || !isStep(first) || found.place === null) return;
  const { lon, lat } = found.place;
  void routing.ask((signal) => askRoute({ lon: first.lon, lat: first.lat }, { lon, lat }, "en", signal));
}

function askRoute(from: string | LonLat, to: string | LonLat, language: Language, signal: AbortSignal): Promise<RouteAnswer> {
  const units = language === "en" ? "us" : "metric";
  return request<RouteAnswer>("POST", "/v1/route", { from, to, language, units }, { signal });
}

/** Find the way between the two ends. */
export async function findWay(push = true): Promise<void> {
  const { from, to, language } = shown.value;
  if (!from.words.trim() || !to.words.trim()) return;
  change({ view: "way" });
  keepLink(push);
  await routing.ask((signal) => askRoute(from.at ?? from.words.trim(), to.at ?? to.words.trim(), language, signal));
}

/** Set an end of the way; the way found before is forgotten, since it is another's. */
export function setEnd(which: "from" | "to", end: End): void {
  change({ [which]: end });
  routing.drop();
}

/** Go to the directions with one end known. */
export function directTo(to: End): void {
  setEnd("to", to);
  change({ view: "way" });
  keepLink(true);
  if (shown.value.from.words) void findWay(false);
}

/** Take a position of the map for an end, and call it what stands there. */
export async function placeEnd(which: "from" | "to", at: LonLat): Promise<void> {
  setEnd(which, { words: endText({ words: "", at }), at });
  await nameEnd(which);
  await findWay();
}

async function nameEnd(which: "from" | "to"): Promise<void> {
  const { at } = shown.value[which];
  if (at === null) return;
  try {
    const found = await request<{ label: string; nearest_place: { name: string; distance_m: number } | null }>("GET", `/v1/reverse?lon=${at.lon}&lat=${at.lat}`);
    const near = found.nearest_place;
    const name = near && near.distance_m < 30 ? `${near.name}, ${found.label}` : found.label;
    if (shown.value[which].at === at) change({ [which]: { words: name, at } });
  } catch {
    // Its coordinates stay: they are an end as good as its name.
  }
}

export function listEvents(from: string | null, to: string | null, words: string): void {
  const told = new URLSearchParams({ limit: "500" });
  if (from) told.set("from", `${from}T00:00:00`);
  if (to) told.set("to", `${to}T23:59:59`);
  if (words.trim()) told.set("q", words.trim());
  void listing.ask((signal) => request<EventsAnswer>("GET", `/v1/events?${told}`, undefined, { signal }));
}

export function listServices(words: string): void {
  const told = new URLSearchParams({ limit: "1000" });
  if (words.trim()) told.set("q", words.trim());
  void looking.ask((signal) => request<ServicesAnswer>("GET", `/v1/services?${told}`, undefined, { signal }));
}

/** Names of places that begin to be written; none when the server does not say. */
export async function namesLike(words: string, signal: AbortSignal): Promise<string[]> {
  if (words.trim().length < 3) return [];
  const told = new URLSearchParams({ q: words.trim().slice(0, 100), limit: "6" });
  const found = await request<{ features: { properties: { name: string | null } }[] }>("GET", `/v1/places?${told}`, undefined, { signal });
  return [...new Set(found.features.map((place) => place.properties.name).filter((name) => name !== null))];
}

/** Which end of the way the server doubts, and what it may be; null when the way failed for another reason. */
export const doubt = computed<(Doubt & { readonly end: "from" | "to" }) | null>(() => {
  const now = way.value;
  if (now.state !== "failed" || (now.problem.kind !== "ambiguous-place" && now.problem.kind !== "unknown-place")) return null;
  const { candidates, question } = now.problem.more as { candidates?: Doubt["candidates"]; question?: { text: string; answers: string[] } | null };
  const { from, to } = shown.value;
  const quoted = now.problem.detail.slice(1, 1 + from.words.trim().length) === from.words.trim();
  const end = from.at === null && (quoted || to.at !== null) ? "from" : "to";
  return { end, candidates: candidates ?? [], question: question?.text ?? null, answers: question?.answers ?? [] };
});

export { NO_END };

/** What the page shows, as an address that can be shared. */

import type { LonLat } from "../../shared/map/types";

export const VIEWS = ["ask", "way", "events", "offices"] as const;
export type View = (typeof VIEWS)[number];

/** Languages that steps can be worded in. */
export const LANGUAGES = { en: "English", pt: "Português" } as const;
export type Language = keyof typeof LANGUAGES;

/** One end of a way: words, or a position that was chosen and what it is called. */
export interface End {
  readonly words: string;
  readonly at: LonLat | null;
}

export interface Shown {
  readonly view: View;
  readonly question: string;
  readonly start: string;
  readonly from: End;
  readonly to: End;
  readonly language: Language;
}

export const NO_END: End = { words: "", at: null };

export function readLink(search: string): Shown {
  const given = new URLSearchParams(search);
  const from = endOf(given.get("from"));
  const to = endOf(given.get("to"));
  const question = given.get("q") ?? "";
  const asked = VIEWS.find((view) => view === given.get("view"));
  const view = asked ?? (question === "" && (from.words || to.words) ? "way" : "ask");
  return { view, question, start: view === "ask" ? from.words : "", from, to, language: given.get("language") === "pt" ? "pt" : "en" };
}

export function writeLink(shown: Shown): string {
  const told = new URLSearchParams();
  if (shown.view === "ask") {
    if (shown.question) told.set("q", shown.question);
    if (shown.question && shown.start) told.set("from", shown.start);
  } else {
    told.set("view", shown.view);
  }
  if (shown.view === "way") {
    if (shown.from.words) told.set("from", endText(shown.from));
    if (shown.to.words) told.set("to", endText(shown.to));
    if (shown.language !== "en") told.set("language", shown.language);
  }
  const search = told.toString();
  return search ? `?${search}` : "";
}

export function endText(end: End): string {
  return end.at === null ? end.words : `${end.at.lon.toFixed(6)},${end.at.lat.toFixed(6)}`;
}

function endOf(text: string | null): End {
  if (text === null) return NO_END;
  const found = /^\s*(-?\d{1,3}(?:\.\d+)?),\s*(-?\d{1,2}(?:\.\d+)?)\s*$/.exec(text);
  return { words: text, at: found ? { lon: Number(found[1]), lat: Number(found[2]) } : null };
}

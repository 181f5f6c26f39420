/** What the call side and the live side of the console know of each other. */

import type { ComponentType } from "preact";
import type { ReadonlySignal } from "@preact/signals";
import type { Candidate, Question } from "../../../shared/answers";
import type { Bounds, LonLat, MarkerSpec, Shape } from "../../../shared/map/types";

/** An answer of the caller to a question that was asked. */
export interface Reply {
  readonly question: Question;
  readonly answer: string;
}

/** The place that a dispatcher took: a candidate, or a position given by hand. */
export interface Picked {
  readonly by: "list" | "map" | "typed";
  readonly place: Candidate;
  /** What it was found for; null when it was given by hand. */
  readonly said: { readonly text: readonly string[]; readonly answers: readonly { readonly question: string; readonly answer: string }[] } | null;
}

/** Whether what is shown of units and incidents is as the server has it. */
export interface Link {
  readonly state: "connecting" | "live" | "stale" | "lost";
  /** When it became so, milliseconds since 1970. */
  readonly since: number;
}

/** One thing on the map, as a row of the table that tells the same. */
export interface MapRow extends LonLat {
  readonly id: string;
  /** Heading it is listed under, as "Candidates" or "Units". */
  readonly group: string;
  /** What stands on its marker, if it has one. */
  readonly mark: string;
  readonly name: string;
  readonly detail: string;
  readonly bounds?: Bounds;
  readonly onSelect?: () => void;
}

/** What one side draws. */
export interface MapContent {
  readonly shapes: readonly Shape[];
  readonly markers: readonly MarkerSpec[];
  readonly rows: readonly MapRow[];
}

/** What clicks on the map do while something is drawn or placed; without one they place the caller. */
export interface MapTool {
  readonly name: string;
  /** Told beside the map: what to click, and the keys that end it. */
  readonly hint: string;
  readonly onClick: (where: LonLat) => void;
  readonly onDoubleClick?: (where: LonLat) => void;
  /** Esc, or another tool. */
  readonly onCancel?: () => void;
}

/** A command of one key. Plain keys act while nothing is typed, with Alt from the line and every other field; F keys act everywhere. */
export interface Command {
  readonly keys: readonly string[];
  readonly name: string;
  readonly help: string;
  readonly group: string;
  readonly run: (key: string) => void;
  /** Left out: always. Commands may share a key when never two of them are on. */
  readonly when?: () => boolean;
}

/** A command typed into the line: ".WORD REST". */
export interface LineCommand {
  readonly word: string;
  /** How it is written, as ".close Drift Rd from Hix Bridge Rd to Kirby Rd". */
  readonly usage: string;
  readonly help: string;
  /** Say what came of it; throw a `Problem` or an `Error` whose message tells what to do. */
  readonly run: (rest: string) => Promise<string> | string;
}

/** What the live side gives the page. */
export interface LiveSide {
  readonly Column: ComponentType;
  readonly Banners: ComponentType;
  readonly link: ReadonlySignal<Link>;
  /** Server's clock less the browser's, milliseconds. */
  readonly clockOffsetMs: ReadonlySignal<number>;
  readonly map: ReadonlySignal<MapContent>;
  readonly start: () => void;
}

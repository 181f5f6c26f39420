/** The live side: units, incidents, closures, the link. */

import { signal } from "@preact/signals";
import type { LiveSide, Link, MapContent } from "../state/contract";

export const live: LiveSide = {
  Column: () => null,
  Banners: () => null,
  link: signal<Link>({ state: "live", since: Date.now() }),
  clockOffsetMs: signal(0),
  map: signal<MapContent>({ shapes: [], markers: [], rows: [] }),
  start: () => undefined,
};

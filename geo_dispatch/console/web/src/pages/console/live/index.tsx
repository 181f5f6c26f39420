/** The live side: units, incidents, closures, the record, and whether all that is as the server has it. */

import { computed, effect } from "@preact/signals";
import { clockAhead } from "../../../shared/clock";
import type { LiveSide } from "../state/contract";
import { tool } from "../state/map";
import { Banners } from "./Banners";
import { startClosureRoads } from "./closure-roads";
import { Column } from "./Column";
import { startEtas } from "./eta";
import { registerLiveKeys } from "./keys";
import "./live.css";
import { liveMap } from "./map";
import { link, startLive } from "./state";

export const live: LiveSide = {
  Column,
  Banners,
  link: computed(() => ({ state: link.value.state, since: link.value.since })),
  clockOffsetMs: computed(() => -(clockAhead.value ?? 0)),
  map: liveMap,
  start: () => {
    registerLiveKeys();
    startLive();
    startClosureRoads();
    startEtas();
    // While something is drawn, clicks go through the markers to what lies under them.
    effect(() => void document.documentElement.toggleAttribute("data-drawing", tool.value !== null));
  },
};

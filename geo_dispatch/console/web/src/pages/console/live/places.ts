/** Where units stand on the map. */

import type { Unit } from "./types";
import type { LonLat } from "../../../shared/map/types";

/** Its last position, else where it stands in quarters; null when neither is known. */
export function positionOf(unit: Unit): LonLat | null {
  return unit.position ?? unit.home;
}

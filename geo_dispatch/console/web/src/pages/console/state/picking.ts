/** Taking a place for a call: one of the list, or one given on the map or as coordinates. */

import { request } from "../../../shared/api";
import type { Candidate, ReverseAnswer } from "../../../shared/answers";
import type { LonLat } from "../../../shared/map/types";
import { beginCall, current, pick, saidIn } from "./calls";
import type { Picked } from "./contract";
import { askUntilAnswered } from "./server";
import { say } from "./speak";

/** Metres within which a place given by hand is taken to lie. */
const HAND_RADIUS_M = 25;
const AT_ADDRESS_M = 60;

/** Counts places given by hand: only the last of them is taken. */
let placing = 0;

/** Take a candidate of the list by its number. */
export function pickRank(rank: number): string {
  const call = current.value;
  const found = call.located?.candidates.find((candidate) => candidate.rank === rank);
  if (found === undefined) throw new Error(`There is no candidate ${rank}.`);
  pick(call.id, { by: "list", place: found, said: saidIn(call) });
  const told = `Taken: ${rank}, ${found.label}`;
  say(told);
  return told;
}

/** Let the place go that was taken. */
export function unpick(): void {
  pick(current.value.id, null);
  say("No place is taken.");
}

/** Place the caller by hand: the server says what is there. */
export async function place(where: LonLat, by: Picked["by"]): Promise<string> {
  if (current.value.assigned.length > 0) beginCall();
  const call = current.value;
  placing += 1;
  const mine = placing;
  const found = await askUntilAnswered(() => request<ReverseAnswer>("GET", `/v1/reverse?lon=${where.lon.toFixed(7)}&lat=${where.lat.toFixed(7)}`));
  if (mine !== placing) return `${found.label} (placed anew since)`;
  pick(call.id, { by, place: asCandidate(found), said: null });
  const told = `Placed: ${found.label}`;
  say(told);
  return told;
}

/** Place the caller from typed coordinates; the server says so when they are the wrong way round. */
export async function placeTyped(rest: string): Promise<string> {
  const numbers = /^(-?\d+(?:\.\d+)?)[\s,;]+(-?\d+(?:\.\d+)?)$/.exec(rest);
  if (numbers === null) throw new Error(`"${rest}" is no position: give LON,LAT in degrees, as .at -69.5350,40.8903`);
  return place({ lon: Number(numbers[1]), lat: Number(numbers[2]) }, "typed");
}

function asCandidate(found: ReverseAnswer): Candidate {
  const at: [number, number] = [found.lon, found.lat];
  const near = found.address && found.address.distance_m <= AT_ADDRESS_M ? found.address.text : null;
  const warnings = found.warnings.map((warning) => ({ clause: "position", reading: "map", effect: warning, status: "neutral" as const }));
  return {
    rank: 1, probability: 1, lon: found.lon, lat: found.lat, label: found.label, kind: "coordinate", place_id: null, address: near,
    cross_streets: found.cross_streets.map((street) => street.name), municipality: found.municipality, radius90_m: HAND_RADIUS_M,
    region50: { type: "Point", coordinates: at }, region90: { type: "Point", coordinates: at },
    why: [{ clause: "position", reading: "map", effect: "given by hand", status: "supported" }, ...warnings],
  };
}

/** Figures as people read them. */

const FEET_PER_M = 3.28084;
const M_PER_MILE = 1609.344;

/** "45 s", "4 min 10 s", "1 h 05 min"; "?" when unknown. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "?";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) {
    const rest = whole % 60;
    return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${pad(rest)} s`;
  }
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** "4:10" for a travel time beside others. */
export function clock(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${pad(whole % 60)}`;
}

/** "350 ft", "1.2 mi". */
export function distance(metres: number): string {
  const feet = metres * FEET_PER_M;
  if (feet < 1000) return `${feet < 100 ? Math.round(feet) : Math.round(feet / 10) * 10} ft`;
  const miles = metres / M_PER_MILE;
  return `${miles < 10 ? miles.toFixed(1) : Math.round(miles)} mi`;
}

/** "62%"; never "100%" or "0%" for what is not certain. */
export function percent(share: number): string {
  if (share > 0.99 && share < 1) return ">99%";
  if (share < 0.01 && share > 0) return "<1%";
  return `${Math.round(share * 100)}%`;
}

/** "14:03:22" of a moment, in the zone given or the browser's. */
export function timeOfDay(moment: string | number | Date, zone?: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", ...(zone ? { timeZone: zone } : {}) }).format(new Date(moment));
}

/** "just now", "4 min ago": of an age in seconds. */
export function ago(seconds: number): string {
  return seconds < 5 ? "just now" : `${duration(seconds < 60 ? seconds : Math.floor(seconds / 60) * 60)} ago`;
}

/** "on_scene" -> "On scene". */
export function words(code: string): string {
  const spaced = code.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

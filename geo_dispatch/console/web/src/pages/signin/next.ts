/** Where to go after signing in. */

/** Pages by what they need, the first that fits is the one to go to. */
const PLACES = [
  ["live.read", "/console"],
  ["planning", "/planner"],
  ["ask", "/desk"],
] as const;

/** The page asked for, if it is one of this server, else the one that fits what may be done. */
export function placeAfter(asked: string | null, capabilities: readonly string[]): string {
  if (asked !== null && /^\/(?:[\w-]+(?:\/[\w-]+)*)?$/.test(asked) && asked !== "/sign-in") return asked;
  return PLACES.find(([needed]) => capabilities.includes(needed))?.[1] ?? "/";
}

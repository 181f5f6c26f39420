import { town } from "../town";

/** A town that does not exist says so on every page. */
export function TownNotice() {
  const known = town.value;
  if (known === null || !known.notice) return null;
  return (
    <section class="banner warn" aria-label="About this town">
      <p>{known.notice}</p>
    </section>
  );
}

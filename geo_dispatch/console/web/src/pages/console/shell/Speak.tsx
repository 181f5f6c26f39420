import { alarmed, spoken } from "../state/speak";

/** Told to screen readers, seen by nobody. */
export function Speak() {
  return (
    <div class="unseen">
      <p role="status" aria-live="polite" id="spoken">
        {spoken.value}
      </p>
      <p role="alert" aria-live="assertive" id="alarmed">
        {alarmed.value}
      </p>
    </div>
  );
}

/** What stands in the place of an answer: that it is awaited, or why none came. */

import type { Problem } from "../api";

/** Why no answer came, and that nothing written is lost. */
export function Failed(props: { readonly problem: Problem; readonly onRetry: () => void }) {
  const { problem } = props;
  const said = problem.unanswered
    ? `${problem.message} What you wrote is kept.`
    : problem.status === 401
      ? "This server wants you to sign in before it answers."
      : problem.status === 429
        ? `Too many questions in a short time. ${problem.message}`
        : problem.message;
  return (
    <div class="banner warn" role="alert">
      <p>
        <strong>{problem.title}.</strong> {said}
      </p>
      <button type="button" onClick={props.onRetry}>
        Try again
      </button>
    </div>
  );
}

export function Working(props: { readonly what: string }) {
  return (
    <p class="working" role="status">
      {props.what}
    </p>
  );
}

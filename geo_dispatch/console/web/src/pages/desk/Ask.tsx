/** A question of the public, in everyday words. */

import { Answer } from "./Answer";
import { Failed, Working } from "../../shared/ui/Asked";
import { answer, ask, change, LONGEST, shown } from "./state";
import { saidOf } from "./wording";

const EXAMPLES = ["Who do I call about a stray dog?", "Is the library open now?", "What's on this weekend?", "How do I get to Town Hall?", "Who fixes a pothole?"];

export function Ask() {
  const now = answer.value;
  const { question, start } = shown.value;
  const over = question.trim().length - LONGEST;
  const submit = (event: Event) => {
    event.preventDefault();
    void ask(shown.value.question);
  };
  return (
    <>
      <form class="ask no-print" role="search" aria-label="Ask the town" onSubmit={submit}>
        <label for="question">Your question</label>
        <div class="line">
          <input
            id="question"
            type="search"
            autocomplete="off"
            value={question}
            aria-invalid={over > 0}
            aria-describedby={over > 0 ? "too-long" : undefined}
            placeholder="When is the dump open on Saturday?"
            onInput={(event) => change({ question: event.currentTarget.value })}
          />
          <button class="main" type="submit">
            Ask
          </button>
        </div>
        {over > 0 && (
          <p id="too-long" class="banner warn" role="alert">
            A question has at most {LONGEST} characters; this has {over.toLocaleString("en-US")} more. Ask one thing at a time.
          </p>
        )}
        <label class="start">
          <span>
            Where you are, if it matters <span class="quiet">(for the nearest one, or the way there)</span>
          </span>
          <input type="text" autocomplete="off" value={start} placeholder="A street, a corner, a place" onInput={(event) => change({ start: event.currentTarget.value })} />
        </label>
      </form>
      {now.state === "none" && <Examples />}
      {now.state === "asking" && <Working what="Looking it up…" />}
      {now.state === "failed" && <Failed problem={now.problem} onRetry={() => void ask(shown.value.question)} />}
      {now.state === "here" && (
        <>
          <p class="unseen" role="status">
            {saidOf(now.value)}
          </p>
          <Answer answer={now.value} />
        </>
      )}
    </>
  );
}

function Examples() {
  return (
    <section class="examples" aria-labelledby="examples">
      <h2 id="examples">For example</h2>
      <ul>
        {EXAMPLES.map((question) => (
          <li key={question}>
            <button type="button" onClick={() => void ask(question)}>
              {question}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

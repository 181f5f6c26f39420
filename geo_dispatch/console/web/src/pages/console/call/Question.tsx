import type { Question } from "../../../shared/answers";
import { childWording, current, openQuestion } from "../state/calls";
import { answer } from "../state/line";

export const UNSURE = "I don't know";

/** Letters for answers: y and n for yes and no, else in order. */
export function letterOf(question: Question, index: number): string {
  const said = question.answers[index]?.toLowerCase();
  if (said === "yes") return "y";
  if (said === "no") return "n";
  return "abcdefgh"[index] ?? "";
}

/** Answer the question on the screen by a letter; false when none stands for it. */
export function answerByLetter(letter: string): boolean {
  const call = current.value;
  const question = openQuestion(call);
  const index = question?.answers.findIndex((_, at) => letterOf(question, at) === letter) ?? -1;
  const said = letter === "x" ? UNSURE : question?.answers[index];
  if (question === null || said === undefined) return false;
  answer(call.id, question, said).catch(() => undefined);
  return true;
}

/** The one question that is expected to narrow the search most. */
export function AskNext() {
  const call = current.value;
  const question = call.located?.question ?? null;
  if (question === null || call.picked !== null) return null;
  const urgent = call.located?.status === "unknown";
  return (
    <section class={`question ${urgent ? "urgent" : ""}`} aria-labelledby="question-title">
      <h2 id="question-title">Ask the caller</h2>
      <p class="ask">{childWording.value ? question.child_text : question.text}</p>
      <p class="quiet">{question.reason}</p>
      {question.id === "" ? null : (
        <div class="answers">
          {question.answers.map((said, index) => (
            <button type="button" key={said} onClick={() => answerByLetter(letterOf(question, index))}>
              <kbd>{letterOf(question, index)}</kbd> {said}
            </button>
          ))}
          <button type="button" onClick={() => answerByLetter("x")}>
            <kbd>x</kbd> {UNSURE}
          </button>
          <button type="button" aria-pressed={childWording.value} onClick={() => (childWording.value = !childWording.value)}>
            <kbd>w</kbd> For a child
          </button>
        </div>
      )}
    </section>
  );
}

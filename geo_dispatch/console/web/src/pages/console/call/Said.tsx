import { beginCall, calls, current, isEmpty, removeAnswer, removeText, stepCall } from "../state/calls";
import { locateCall } from "../state/locate";

/** What the caller said and answered, each to be taken back; and the way to the other calls of this desk. */
export function Said() {
  const call = current.value;
  const at = calls.value.indexOf(call);
  const again = (change: () => void): void => {
    change();
    locateCall(call.id).catch(() => undefined);
  };
  return (
    <section class="said" aria-labelledby="said-title">
      <header>
        <h2 id="said-title">
          Call {call.id}
          {call.incidentId ? ` · incident ${call.incidentId}` : ""}
        </h2>
        <button type="button" onClick={() => stepCall(-1)} disabled={at <= 0}>
          <kbd>[</kbd> before
        </button>
        <button type="button" onClick={() => stepCall(1)} disabled={at >= calls.value.length - 1}>
          after <kbd>]</kbd>
        </button>
        <button type="button" onClick={() => beginCall()} disabled={isEmpty(call)}>
          New <kbd>o</kbd>
        </button>
      </header>
      {isEmpty(call) ? null : (
        <ul>
          {call.texts.map((text, index) => (
            <li key={`t${index}`}>
              <q>{text}</q>
              <Remove what={text} onClick={() => again(() => removeText(call.id, index))} />
            </li>
          ))}
          {call.answers.map((reply, index) => (
            <li key={`a${index}`}>
              <span class="quiet">{reply.question.text}</span> <q>{reply.answer}</q>
              <Remove what={`the answer ${reply.answer}`} onClick={() => again(() => removeAnswer(call.id, index))} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Remove(props: { readonly what: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="small" aria-label={`Take back ${props.what}`} title="Take back" onClick={props.onClick}>
      ✕
    </button>
  );
}

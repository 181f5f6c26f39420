/** Why a form was refused; counts down when it must wait. */

import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api";

/** Seconds that are left of a wait; 0 when there is none. */
export function useWait(fault: unknown): number {
  const wait = fault instanceof Problem && typeof fault.more["retry_after_s"] === "number" ? fault.more["retry_after_s"] : 0;
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (wait === 0) {
      setLeft(0);
      return undefined;
    }
    const end = Date.now() + wait * 1000;
    setLeft(wait);
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000))), 250);
    return () => clearInterval(timer);
  }, [fault]);
  return left;
}

export function Trouble({ fault, left }: { readonly fault: unknown; readonly left: number }) {
  const text = fault instanceof Problem ? fault.detail || fault.title : fault instanceof Error ? fault.message : "";
  return (
    <div role="alert" class="trouble">
      {text === "" ? null : <p>{text.charAt(0).toUpperCase() + text.slice(1)}.</p>}
      {left > 0 ? <p class="figure">{left} s left</p> : null}
    </div>
  );
}

/** Take an answer along: print it, or share its address. */

import { useState } from "preact/hooks";

export function Sheet() {
  const [told, setTold] = useState("");
  const share = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setTold("Link copied.");
    } catch {
      setTold(location.href);
    }
  };
  return (
    <>
      <button type="button" onClick={() => print()}>
        Print
      </button>
      <button type="button" onClick={() => void share()}>
        Copy link
      </button>
      <span role="status">{told}</span>
    </>
  );
}

/** Work that many events ask for: done at once, then at most so often; the last asking is never left out. */

export function throttled(work: () => void, everyMs: number): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let waiting = false;
  const run = (): void => {
    waiting = false;
    last = performance.now();
    work();
  };
  return () => {
    if (waiting) return;
    const left = last + everyMs - performance.now();
    if (left <= 0) return run();
    waiting = true;
    setTimeout(run, left);
  };
}

/** How far work is, and how to stop it. */

import { duration } from "../../shared/format";
import type { Job } from "./types";

export function JobBar(props: { readonly what: string; readonly job: Job | null; readonly onCancel: () => void }) {
  const { job, what } = props;
  return (
    <div class="job" role="group" aria-label={what}>
      <p role="status">
        {what} {job?.state === "queued" ? "(waiting for other work)" : (job?.stage ?? "")}
      </p>
      <progress aria-label={what} max={1} {...(job && job.state === "running" ? { value: job.progress } : {})} />
      <span class="quiet">{job && job.state === "running" && `${Math.round(job.progress * 100)}%${job.eta_s === null ? "" : `, about ${duration(job.eta_s)} more`}`}</span>
      <button type="button" onClick={props.onCancel}>
        Cancel
      </button>
    </div>
  );
}

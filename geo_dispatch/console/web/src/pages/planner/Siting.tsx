/** Where stations would serve best. */

import { useState } from "preact/hooks";
import { town } from "../../shared/town";
import { Failed } from "../../shared/ui/Asked";
import { type Column, DataTable } from "../../shared/ui/DataTable";
import { minutesOf, timeOf } from "./bands";
import { JobBar } from "./JobBar";
import { count, percentOf } from "./Results";
import { cancelSiting, findSites, type FrontierRow, type Served, siting, type SiteRow, type SitingAnswer, sitingJob, tryPlan } from "./sites";
import { now, type Side } from "./state";

const MODELS: Readonly<Record<string, { readonly name: string; readonly counted: boolean }>> = {
  mclp: { name: "reach most within the threshold (MCLP)", counted: true },
  "p-median": { name: "least mean response time (p-median)", counted: true },
  "p-center": { name: "least longest response time (p-center)", counted: true },
  lscp: { name: "fewest that reach all within the threshold (LSCP)", counted: false },
  "lscp-b": { name: "fewest, and most reached by two (LSCP-B)", counted: false },
};
const CANDIDATES: Readonly<Record<string, string>> = { junctions: "road junctions", addresses: "addresses", places: "places", stations: "the stations there are" };

export function Siting() {
  const side = now.value;
  const state = siting.value;
  const [model, setModel] = useState("mclp");
  const [add, setAdd] = useState(1);
  const [threshold, setThreshold] = useState(480);
  const [candidates, setCandidates] = useState("junctions");
  const thresholds = side.scenario.value.thresholds_s;
  const chosen = thresholds.includes(threshold) ? threshold : (thresholds[0] ?? 480);
  const counted = MODELS[model]?.counted ?? true;
  const find = () => void findSites(side, { model, threshold_s: chosen, candidates, add: counted ? add : null });
  return (
    <section aria-labelledby="siting-title">
      <h2 id="siting-title">Where stations would serve best</h2>
      <form
        class="fields siting"
        aria-labelledby="siting-title"
        onSubmit={(event) => {
          event.preventDefault();
          find();
        }}
      >
        <label class="wide">
          Wanted
          <select value={model} onChange={(event) => setModel(event.currentTarget.value)}>
            {Object.entries(MODELS).map(([code, { name }]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {counted && (
          <label>
            New stations
            <input type="number" min={1} max={50} required value={add} onInput={(event) => setAdd(Number(event.currentTarget.value))} />
          </label>
        )}
        <label>
          Threshold
          <select value={chosen} onChange={(event) => setThreshold(Number(event.currentTarget.value))}>
            {thresholds.map((seconds) => (
              <option key={seconds} value={seconds}>
                {minutesOf(seconds)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Among
          <select value={candidates} onChange={(event) => setCandidates(event.currentTarget.value)}>
            {Object.entries(CANDIDATES).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <p class="buttons wide">
          <button type="submit" disabled={state.state === "asking"}>
            Find sites for “{side.scenario.value.name}”
          </button>
        </p>
      </form>
      {state.state === "asking" && <JobBar what="Finding sites." job={sitingJob.value} onCancel={cancelSiting} />}
      {state.state === "failed" && <Failed problem={state.problem} onRetry={find} />}
      {state.state === "here" && <Plan plan={state.value} side={side} />}
    </section>
  );
}

function Plan(props: { readonly plan: SitingAnswer; readonly side: Side }) {
  const { plan, side } = props;
  const fresh = plan.stations.filter((row) => row.station_id === null);
  const columns: Column<SiteRow>[] = [
    { head: "Site", value: (row) => row.name },
    { head: "Id", value: (row) => row.id },
    { head: "Is", value: (row) => (row.station_id === null ? "new" : "there now") },
    { head: "First due to, addresses", value: (row) => row.first_due, show: (row) => count(row.first_due), figure: true },
    { head: "Longitude", value: (row) => row.lon, figure: true },
    { head: "Latitude", value: (row) => row.lat, figure: true },
  ];
  const warnings = plan.warnings.filter((text) => text !== town.value?.notice);
  return (
    <>
      <p role="status">
        <strong>
          {fresh.length === 1 ? "One new site" : `${fresh.length} new sites`}
          {plan.given_up.length > 0 && `, ${plan.given_up.join(", ")} given up`}.
        </strong>{" "}
        {plan.objective.proved ? `Proved best among ${count(plan.candidates.n)} candidates.` : "The best found in the time; not proved best."}{" "}
        {plan.partial && `${count(plan.left_out.n)} addresses can't be reached from any candidate.`}
      </p>
      <Before plan={plan} />
      <p>
        <button type="button" class="main" onClick={() => tryPlan(side, plan)}>
          Try these as B
        </button>
      </p>
      <DataTable caption="Stations of the plan" columns={columns} rows={plan.stations} rowKey={(row) => row.id} />
      {plan.frontier.length > 1 && <Frontier rows={plan.frontier} />}
      {plan.candidates.rule && <p class="quiet">Candidates: {plan.candidates.rule}</p>}
      {warnings.length > 0 && (
        <ul class="beware" aria-label="Beware">
          {warnings.map((text) => (
            <li key={text}>
              <span aria-hidden="true">⚠ </span>
              {text}
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">A plan is a figure about travel. Land, cost, staffing and the neighbours' stations are for people to weigh.</p>
    </>
  );
}

interface ServedRow {
  readonly what: string;
  readonly served: Served;
}

function Before(props: { readonly plan: SitingAnswer }) {
  const { plan } = props;
  const rows: ServedRow[] = [...(plan.reached_now ? [{ what: "As it is", served: plan.reached_now }] : []), { what: "With the plan", served: plan.reached }];
  const columns: Column<ServedRow>[] = [
    { head: "Stations", value: (row) => row.what },
    { head: `Addresses within ${minutesOf(plan.threshold_s)}`, value: (row) => row.served.addresses, show: (row) => count(row.served.addresses), figure: true },
    { head: "Share", value: (row) => row.served.share, show: (row) => percentOf(row.served.share), figure: true },
    { head: "Mean", file: "Mean, s", value: (row) => row.served.mean_s, show: (row) => timeOf(row.served.mean_s), figure: true },
    { head: "9 in 10 within", file: "9 in 10 within, s", value: (row) => row.served.p90_s, show: (row) => timeOf(row.served.p90_s), figure: true },
    { head: "Longest", file: "Longest, s", value: (row) => row.served.longest_s, show: (row) => timeOf(row.served.longest_s), figure: true },
  ];
  return <DataTable caption="What the plan reaches" columns={columns} rows={rows} rowKey={(row) => row.what} />;
}

function Frontier(props: { readonly rows: readonly FrontierRow[] }) {
  const columns: Column<FrontierRow>[] = [
    { head: "Stations in all", value: (row) => row.stations, figure: true },
    { head: "Reached at most", value: (row) => row.reached, show: (row) => count(row.reached), figure: true },
    { head: "Share", value: (row) => row.share, show: (row) => percentOf(row.share), figure: true },
    { head: "Gained by the last", value: (row) => row.gained, show: (row) => count(row.gained), figure: true },
    { head: "Proved", value: (row) => (row.proved ? "yes" : "no") },
  ];
  return <DataTable caption="What each number of stations reaches at most" columns={columns} rows={props.rows} rowKey={(row) => String(row.stations)} />;
}

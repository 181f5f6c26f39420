/** What each road's closure costs, as a list to go through. */

import { useState } from "preact/hooks";
import { distance, words } from "../../shared/format";
import { Failed } from "../../shared/ui/Asked";
import { type Column, DataTable } from "../../shared/ui/DataTable";
import { minutesOf } from "./bands";
import { cancelRanking, type EdgeRow, type EdgesAnswer, edges, edgesJob, edgesOf, pointAt, rankRoads, specOf } from "./ranking";
import { JobBar } from "./JobBar";
import { showMap } from "./PlanMap";
import { count } from "./Results";
import { close, sameWork } from "./scenario";
import { comparing, compare, now, picked, sides } from "./state";

export function Edges() {
  const side = now.value;
  const state = edges.value;
  return (
    <section aria-labelledby="edges-title">
      <h2 id="edges-title">What closing each road costs</h2>
      <p class="quiet">Every road is closed in both directions, one at a time, and the whole town worked out anew: exactly, not by sample.</p>
      {state.state === "asking" ? (
        <JobBar what="Closing every road." job={edgesJob.value} onCancel={cancelRanking} />
      ) : (
        <p>
          <button type="button" onClick={() => void rankRoads(side)}>
            Rank the roads of “{side.scenario.value.name}”
          </button>
        </p>
      )}
      {state.state === "failed" && <Failed problem={state.problem} onRetry={() => void rankRoads(side)} />}
      {state.state === "here" && <Ranking answer={state.value} />}
    </section>
  );
}

function Ranking(props: { readonly answer: EdgesAnswer }) {
  const { answer } = props;
  const [bridges, setBridges] = useState(false);
  const [place, setPlace] = useState<number | null>(null);
  const chosen = place !== null && place < answer.thresholds_s.length ? place : Math.min(2, answer.thresholds_s.length - 1);
  const of = edgesOf.value;
  const rank = new Map(answer.edges.map((row, number) => [row, number + 1]));
  const rows = bridges ? answer.edges.filter((row) => row.bridge) : answer.edges;
  const columns: Column<EdgeRow>[] = [
    { head: "Road", value: (row) => row.name, show: (row) => row.name ?? `unnamed ${row.highway ? words(row.highway).toLowerCase() : "road"}` },
    { head: "Rank", value: (row) => rank.get(row), figure: true },
    { head: "Bridge", value: (row) => (row.bridge ? "yes" : "no"), show: (row) => (row.bridge ? "bridge" : "") },
    { head: "Town", value: (row) => row.municipality },
    { head: "Length", file: "Length, m", value: (row) => Math.round(row.length_m), show: (row) => distance(row.length_m), figure: true },
    { head: "Cut off, addresses", value: (row) => row.unreachable, show: (row) => count(row.unreachable), figure: true },
    { head: `Fall beyond ${minutesOf(answer.thresholds_s[chosen] ?? 0)}`, value: (row) => row.lost[chosen], show: (row) => count(row.lost[chosen]), figure: true },
    { head: "Reached later", value: (row) => row.later, show: (row) => count(row.later), figure: true },
    { head: "Minutes added, all", value: (row) => Math.round(row.added_min * 10) / 10, figure: true },
    { head: "Most added to one", file: "Most added to one, s", value: (row) => Math.round(row.added_max_s), show: (row) => `${Math.round(row.added_max_s / 6) / 10} min`, figure: true },
    { head: "On it, behind the barrier", value: (row) => row.on_it, show: (row) => count(row.on_it), figure: true },
    { head: "Segment", value: (row) => row.segment_id, figure: true },
  ];
  return (
    <>
      {of && !sameWork(of, now.value.scenario.value) && <p class="banner warn">This ranking is of “{of.name}” before what was changed since.</p>}
      <p>
        {count(answer.segments)} roads closed; {count(answer.without_cost)} of them cost nothing.
      </p>
      <p class="buttons">
        <label class="check">
          <input type="checkbox" checked={bridges} onChange={(event) => setBridges(event.currentTarget.checked)} /> Bridges only
        </label>
        <label>
          Threshold{" "}
          <select value={chosen} onChange={(event) => setPlace(Number(event.currentTarget.value))}>
            {answer.thresholds_s.map((threshold, row) => (
              <option key={threshold} value={row}>
                {minutesOf(threshold)}
              </option>
            ))}
          </select>
        </label>
      </p>
      <Pointed rows={answer.edges} />
      <DataTable
        caption={bridges ? "Bridges, the costliest first" : "Roads, the costliest first"}
        columns={columns}
        rows={rows}
        rowKey={specOf}
        most={100}
        picked={picked.value?.key ?? null}
        onPick={(row) => {
          void pointAt(row);
          showMap();
        }}
      />
    </>
  );
}

/** The road that is shown on the map, and what can be done with it. */
function Pointed(props: { readonly rows: readonly EdgeRow[] }) {
  const row = props.rows.find((one) => specOf(one) === picked.value?.key);
  if (!row) return <p class="quiet">Choose a road to see it on the map.</p>;
  const tryIt = () => {
    if (!comparing.value) compare();
    sides.b.change(close({ ...sides.b.scenario.value, name: `Without ${row.name ?? specOf(row)}` }, specOf(row)));
  };
  return (
    <p class="banner plain" role="status">
      <span>
        On the map: <strong>{row.name ?? "an unnamed road"}</strong>
      </span>
      <span class="buttons">
        <button type="button" onClick={tryIt}>
          Close it in B
        </button>
        <button type="button" onClick={() => (picked.value = null)}>
          Whole town
        </button>
      </span>
    </p>
  );
}

import { render } from "preact";
import "../../shared/base.css";
import { startTheme } from "../../shared/theme";
import { askTown, town } from "../../shared/town";
import { Account } from "../../shared/ui/Account";
import { Failed } from "../../shared/ui/Asked";
import { startAccess } from "../../shared/ui/start-access";
import { ThemeSwitch } from "../../shared/ui/ThemeSwitch";
import { TownNotice } from "../../shared/ui/TownNotice";
import { Difference, DifferenceTables } from "./Difference";
import { Edges } from "./Edges";
import { JobBar } from "./JobBar";
import { Legend } from "./Legend";
import { PlanMap, TwoMaps } from "./PlanMap";
import "./planner.css";
import { Results } from "./Results";
import { ScenarioForm } from "./ScenarioForm";
import { Siting } from "./Siting";
import { comparing, doing, editing, notice, type SideName, sides, type View, view, workByItself } from "./state";

const DOING = { move: "Click on the map where it goes.", add: "Click on the map where the new station stands.", close: "Click on the road that is closed.", nothing: "" } as const;

function Planner() {
  return (
    <div class="planner">
      <TownNotice />
      <header>
        <h1>Coverage of {town.value?.town ?? "the town"}</h1>
        <div class="who">
          <Account />
          <ThemeSwitch />
        </div>
      </header>
      <div class="columns">
        <aside aria-label="Scenario">
          {comparing.value && <SideTabs />}
          <ScenarioForm key={editing.value} />
        </aside>
        <main>
          <Progress />
          {comparing.value && <Views />}
          <Maps />
          <Tables />
        </main>
      </div>
      <footer class="quiet">
        Closures of the live store do not count here: a scenario holds what it is given. {(town.value?.attribution ?? []).join(" · ")}
      </footer>
    </div>
  );
}

function SideTabs() {
  return (
    <div class="choice" role="group" aria-label="Scenario to change">
      {(["a", "b"] as const).map((name) => (
        <button key={name} type="button" aria-pressed={editing.value === name} onClick={() => (editing.value = name)}>
          {name.toUpperCase()}: {sides[name].scenario.value.name}
        </button>
      ))}
    </div>
  );
}

const VIEWS: Readonly<Record<View, string>> = { both: "A and B, maps in step", difference: "Difference", one: "One map" };

function Views() {
  return (
    <div class="choice" role="group" aria-label="What is shown">
      {(Object.keys(VIEWS) as View[]).map((name) => (
        <button key={name} type="button" aria-pressed={view.value === name} onClick={() => (view.value = name)}>
          {VIEWS[name]}
        </button>
      ))}
    </div>
  );
}

function Progress() {
  const act = doing.value.kind;
  return (
    <div class="progress-area">
      {(["a", "b"] as const).map((name) => (
        <SideState key={name} name={name} />
      ))}
      {act !== "nothing" && (
        <p class="banner plain" role="status">
          <span>{DOING[act]}</span>
          <button type="button" onClick={() => (doing.value = { kind: "nothing" })}>
            Never mind
          </button>
        </p>
      )}
      <p class={notice.value.startsWith("Not") ? "wrong" : "unseen"} role="status">
        {notice.value}
      </p>
    </div>
  );
}

function SideState(props: { readonly name: SideName }) {
  const side = sides[props.name];
  const now = side.result.value;
  if (props.name === "b" && !comparing.value) return null;
  const what = `Working out ${comparing.value ? `${props.name.toUpperCase()}: ` : ""}${side.scenario.value.name}.`;
  if (now.state === "asking") return <JobBar what={what} job={side.job.value} onCancel={() => side.cancel()} />;
  if (now.state === "failed") return <Failed problem={now.problem} onRetry={() => void side.work()} />;
  return null;
}

function Maps() {
  const coverage = sides[editing.value].coverage.value ?? sides.a.coverage.value;
  if (view.value === "difference" && comparing.value) return <Difference />;
  return (
    <>
      {coverage && <Legend coverage={coverage} />}
      {view.value === "both" && comparing.value ? <TwoMaps /> : <PlanMap key={editing.value} side={editing.value} />}
    </>
  );
}

function Tables() {
  const side = sides[editing.value];
  const coverage = side.coverage.value;
  if (!coverage) return null;
  const name = `${comparing.value ? `${editing.value.toUpperCase()}: ` : ""}${(side.worked.value ?? side.scenario.value).name}`;
  return (
    <>
      {comparing.value && <DifferenceTables />}
      {side.stale.value && <p class="banner warn">These figures are of the scenario before its last changes.</p>}
      <Results coverage={coverage} name={name} />
      <Edges />
      <Siting />
    </>
  );
}

startTheme();
startAccess("planning");
void askTown();
workByItself();
addEventListener("keydown", (event) => {
  if (event.key === "Escape") doing.value = { kind: "nothing" };
});
const holder = document.getElementById("page");
if (holder) render(<Planner />, holder);

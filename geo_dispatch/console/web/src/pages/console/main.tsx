import { render } from "preact";
import "../../shared/base.css";
import { MapView } from "../../shared/map/MapView";
import { NO_SHAPES } from "../../shared/map/types";
import { startTheme } from "../../shared/theme";
import { askTown, town } from "../../shared/town";
import { ThemeSwitch } from "../../shared/ui/ThemeSwitch";
import { TownNotice } from "../../shared/ui/TownNotice";
import "./console.css";

function Console() {
  return (
    <div class="console">
      <TownNotice />
      <header>
        <h1>Dispatch {town.value?.town}</h1>
        <ThemeSwitch />
      </header>
      <main>
        <MapView label="Map of the town" shapes={NO_SHAPES} markers={[]} attribution={town.value?.attribution ?? []} />
      </main>
    </div>
  );
}

startTheme("dark");
void askTown();
const holder = document.getElementById("page");
if (holder) render(<Console />, holder);

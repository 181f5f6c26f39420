import { MapView } from "../../../shared/map/MapView";
import { town } from "../../../shared/town";
import { crosshair, markers, shapes, showTable, sight, tool } from "../state/map";
import { place } from "../state/picking";
import { Crosshair } from "./Crosshair";
import { MapTable } from "./MapTable";
import { mapOf, takeMap, townDrawn } from "./view";

/** The map, and over it what the clicks do now; the same as a table beside it. */
export function ConsoleMap() {
  const drawing = tool.value;
  return (
    <section class="map-side" aria-label="Map" aria-busy={mapOf.value !== null && !townDrawn.value}>
      <MapView
        label="Map of the town"
        shapes={shapes.value}
        markers={markers.value}
        fit={sight.value}
        attribution={town.value?.attribution ?? []}
        cursor="crosshair"
        onClick={(where) => {
          if (tool.value) tool.value.onClick(where);
          else place(where, "map").catch(() => undefined);
        }}
        onDoubleClick={(where) => tool.value?.onDoubleClick?.(where)}
        onMap={takeMap}
      >
        <MapTable />
      </MapView>
      {crosshair.value ? <Crosshair /> : null}
      <p class="map-hint">
        {drawing ? (
          <>
            <b>{drawing.name}:</b> {drawing.hint}
          </>
        ) : (
          <>
            Click places the caller · <kbd>p</kbd> by keys · <kbd>t</kbd> as a table
          </>
        )}
      </p>
      {showTable.value ? (
        <div class="map-table">
          <MapTable />
        </div>
      ) : null}
    </section>
  );
}

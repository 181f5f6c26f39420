import { groupBy } from "../../../shared/group";
import type { MapRow } from "../state/contract";
import { focusOn, rows } from "../state/map";

/** Metres of a degree of latitude, for a box around one position. */
const NEAR_DEG = 0.004;

/** Everything that is drawn, told in rows. */
export function MapTable() {
  const groups = groupBy(rows.value, (row) => row.group);
  if (groups.size === 0) return <p class="quiet">Nothing is on the map but the town.</p>;
  return (
    <>
      {[...groups].map(([group, list]) => (
        <table key={group}>
          <caption>{group}</caption>
          <thead>
            <tr>
              <th scope="col">Mark</th>
              <th scope="col">What</th>
              <th scope="col">More</th>
              <th scope="col">Longitude, latitude</th>
            </tr>
          </thead>
          <tbody>
            {list.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}

function Row(props: { readonly row: MapRow }) {
  const { row } = props;
  const show = (): void => {
    focusOn(row.bounds ?? [row.lon - NEAR_DEG, row.lat - NEAR_DEG, row.lon + NEAR_DEG, row.lat + NEAR_DEG]);
    row.onSelect?.();
  };
  return (
    <tr>
      <td>{row.mark}</td>
      <th scope="row">
        <button type="button" class="link" onClick={show}>
          {row.name}
        </button>
      </th>
      <td>{row.detail}</td>
      <td class="figure">
        {row.lon.toFixed(5)}, {row.lat.toFixed(5)}
      </td>
    </tr>
  );
}

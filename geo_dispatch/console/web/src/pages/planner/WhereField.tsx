/** A place by words or by coordinates. */

import { useId, useState } from "preact/hooks";
import { Problem } from "../../shared/api";
import type { LonLat } from "../../shared/map/types";
import { placesOf } from "./state";
import { readPosition } from "./scenario";
import type { LocatedPlace } from "./types";

export function WhereField(props: { readonly label: string; readonly act: string; readonly onPlace: (where: LonLat, name: string) => void }) {
  const id = useId();
  const [text, setText] = useState("");
  const [choice, setChoice] = useState<readonly LocatedPlace[]>([]);
  const [said, setSaid] = useState("");
  const take = (place: LocatedPlace) => {
    setChoice([]);
    setText("");
    setSaid("");
    props.onPlace({ lon: place.lon, lat: place.lat }, place.label);
  };
  const find = async () => {
    const position = readPosition(text);
    if (position) return take({ ...position, label: "" });
    setSaid("Looking…");
    try {
      const found = await placesOf(text);
      setSaid(found.length === 0 ? `“${text}” matches nothing in this town.` : "");
      if (found.length === 1) take(found[0]!);
      else setChoice(found);
    } catch (fault) {
      setSaid(fault instanceof Problem ? fault.message : String(fault));
    }
    return undefined;
  };
  return (
    <form
      class="where"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) void find();
      }}
    >
      <label for={id}>{props.label}</label>
      <div class="line">
        <input id={id} type="text" autocomplete="off" placeholder="Words, or LON,LAT" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit">{props.act}</button>
      </div>
      <p role="status">{said}</p>
      {choice.length > 0 && (
        <ul aria-label="Which one?">
          {choice.map((place) => (
            <li key={`${place.lon} ${place.lat}`}>
              <button type="button" onClick={() => take(place)}>
                {place.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

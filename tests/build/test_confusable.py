"""Streets that may be taken for one another, and roads without a name."""

from __future__ import annotations

import pytest

from geo_dispatch.build.confusable import confusable_streets, unnamed_roads
from tests.towns import Drawing, box, lonlat, tiny_layers


def test_each_kind_of_confusion_is_told_apart() -> None:
    drawing = Drawing(
        {"a": (0, 0), "b": (500, 0), "c": (1000, 0), "d": (0, 500), "e": (500, 500), "f": (2000, 0), "g": (2500, 0)}
    )
    drawing.road("a b", "Daniel Street").road("b c", "Daniel Ave").road("a d", "Hix Bridge Road").road(
        "d e", "Hicks Bridge Rd"
    )
    drawing.road("b e", "North Main Street").road("c e", "S Main St").road("c f", "Elm Street").road("f g", "Elm St")
    drawing.road("d b", "County Road 4").road("e a", "County Road 14")
    drawing.add(
        "boundaries", box(1900, -1000, 4000, 3000), boundary_id="r2", name="Nextville", kind="town", admin_level=8
    )
    layers = drawing.layers("Home", box(-1000, -1000, 1900, 3000))
    found = confusable_streets(layers["streets"])
    listed = {(pair["kind"], *sorted(pair["streets"])) for pair in found["pairs"]}
    assert ("type_differs", "Daniel Ave", "Daniel Street") in listed
    assert ("sounds_alike", "Hicks Bridge Rd", "Hix Bridge Road") in listed
    assert ("direction_differs", "North Main Street", "S Main St") in listed
    assert ("same_name", "Elm St", "Elm Street") in listed
    assert not any("County Road" in name for _, *names in listed for name in names)
    assert sum(found["count"].values()) == len(found["pairs"]) == 4


def test_public_roads_without_a_name_are_counted() -> None:
    found = unnamed_roads(tiny_layers())
    assert found["segments"] == 1
    assert 499 < found["road_m"] < 501
    assert list(found["by_class"]) == ["residential"]
    (longest,) = found["longest"]
    assert longest["road_m"] == found["road_m"]
    assert (longest["highway"], longest["municipality"]) == ("residential", "Tinyport")
    assert (longest["lon"], longest["lat"]) == pytest.approx(lonlat(1000, 750), abs=1e-5)

"""Answer texts with Nominatim: runs in an environment where nominatim-api is installed, knows nothing of this project.

    python ask_nominatim.py PROJECT_DIRECTORY < texts.json > answers.json

In: a JSON list of texts. Out: name and version, and for each text the first result's longitude and latitude or null, and milliseconds.
"""

import json
import sys
import time
from importlib.metadata import version


def main() -> None:
    """Answer the texts on standard input."""
    import nominatim_api

    api = nominatim_api.NominatimAPI(sys.argv[1])
    texts = json.load(sys.stdin)
    for text in texts[:20]:  # warm up: connections, caches
        api.search(text, max_results=1)
    answers = []
    for text in texts:
        began = time.perf_counter()
        found = api.search(text, max_results=1)
        elapsed_ms = (time.perf_counter() - began) * 1000
        place = [found[0].centroid.x, found[0].centroid.y] if found else None
        answers.append([place, elapsed_ms])
    api.close()
    json.dump({"name": "Nominatim", "version": version("nominatim-api"), "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main()

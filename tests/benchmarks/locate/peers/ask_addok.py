"""Answer texts with addok: runs in an environment where addok is installed, knows nothing of this project.

    python ask_addok.py REDIS_SOCKET < texts.json > answers.json

In: a JSON list of texts. Out: name and version, and for each text the first result's longitude and latitude or null, and milliseconds.
"""

import json
import os
import sys
import time
from importlib.metadata import version

os.environ["REDIS_SOCKET"] = sys.argv[1]  # read when addok's settings are imported

from addok.config import config

config.load()

from addok.core import search  # noqa: E402

texts = json.load(sys.stdin)
for text in texts[:20]:  # warm up: connections, caches
    search(text, limit=1)
answers = []
for text in texts:
    began = time.perf_counter()
    found = search(text, limit=1)
    elapsed_ms = (time.perf_counter() - began) * 1000
    answers.append([[float(found[0].lon), float(found[0].lat)] if found else None, elapsed_ms])
json.dump({"name": "addok", "version": version("addok"), "answers": answers}, sys.stdout)

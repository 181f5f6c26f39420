"""What changes while a town is served: units, incidents, closures, and the record of it all.

The store is a SQLite file or a PostgreSQL database. Every change is one transaction that also writes a row of the
hash-chained record; ``docs/live-store.md`` describes it. Nothing here knows the town: what only the town can tell, as
whether a position lies in it, is handed in.
"""

"""The languages of the directions: one YAML file each, named by its ISO 639-1 code. How to add one: ``docs/directions.md``."""

"""``python -m geo_dispatch`` is the program ``geo-dispatch``."""

from geo_dispatch.cli.main import main

if __name__ == "__main__":
    main()

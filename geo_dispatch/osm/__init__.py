"""OpenStreetMap: the one reader of its files and dialect, and the clients that download it."""

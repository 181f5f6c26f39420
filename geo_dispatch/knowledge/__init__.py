"""What a town knows besides its roads: services, opening hours, events, notes, and who handles what."""

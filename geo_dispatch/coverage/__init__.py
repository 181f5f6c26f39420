"""Who is reached in how many minutes: demand, first due, road stretches, scenarios, siting."""

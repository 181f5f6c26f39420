"""Who may do what: accounts, sessions, API keys and roles, kept in the live store beside what they guard.

Nothing here knows of HTTP. ``docs/access.md`` describes it.
"""

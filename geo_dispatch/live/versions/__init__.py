"""Migrations of the store, oldest first; one that has been released is never changed."""

"""Building: from sources to one town file."""

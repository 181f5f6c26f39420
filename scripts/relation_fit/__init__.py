"""What descriptions of known places say of how far, and in which direction, people mean their relations."""

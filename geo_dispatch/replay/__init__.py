"""What happened, set against what the model says: recorded calls replayed, speeds calibrated, busy units."""

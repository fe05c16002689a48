"""What real training does: torch's optimizers on two-layer networks and on GPT-2, confronted with the bounds."""

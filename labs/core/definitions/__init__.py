"""What each lab claims and lets a reader set: one module a lab, no torch."""

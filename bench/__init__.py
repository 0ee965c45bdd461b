"""What is measured, and against what: ratios in one run, side by side."""

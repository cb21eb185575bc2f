"""What the README says about speed, re-runnable: ratios from one run, medians of five, the limit beside them."""

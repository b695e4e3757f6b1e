"""MarkUs: what a class's results are there, how they get there, and what its autotester runs."""

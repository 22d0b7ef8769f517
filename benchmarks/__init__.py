"""How fast lampolicy decides, measured as ratios: `python -m benchmarks`."""

"""The parts of `Benchmarks/compare`; README.md beside it says what is measured and how."""

"""Coursework of Seven Steps: the assignments, and the grader that marks them."""
